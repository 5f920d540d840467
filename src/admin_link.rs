//! The file that an admin link is written into: in the data directory, readable by its user alone. The link itself stands nowhere
//! else: not in the log, not on the terminal, and in its address after `#`, which no server is sent. It must not make one.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::stores::write_private;
use zaichang_platform::auth::{Token, TokenHash};

/// Where the link is kept.
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("admin-link.txt")
}

/// Writes the link, whole or not at all, over an earlier one.
pub fn keep(data_dir: &Path, public_url: &str, token: &Token, until: Timestamp) -> anyhow::Result<()> {
    let until = until.to_zoned(TimeZone::fixed(jiff::tz::offset(8))).strftime("%Y-%m-%d %H:%M").to_string();
    let text = format!(
        "{public_url}/console/start#{token}\n\n\
         请在 {until}（北京时间）前用浏览器打开上面的链接，建立行政部门及其管理员。链接只能使用一次，请勿转发。\n\
         Open the link above in a browser before {until} (Beijing time): it makes the authority's admin. It works once; do not \
         pass it on.\n",
        token = token.expose(),
    );
    write_private(&file(data_dir), &text)
}

/// The link that is kept here.
pub fn kept(data_dir: &Path) -> Option<TokenHash> {
    let text = fs::read_to_string(file(data_dir)).ok()?;
    let (_, token) = text.lines().next()?.split_once('#')?;
    Token::hash_of(token)
}

/// Takes the file away: its link works no longer.
pub fn forget(data_dir: &Path) {
    let _ = fs::remove_file(file(data_dir));
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_link_is_kept_for_its_user_alone_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(kept(folder.path()), None);
        let token = Token::random().unwrap();
        let until = "2025-11-29T02:00:00Z".parse().unwrap();
        keep(folder.path(), "https://cme.example.cn", &token, until).unwrap();
        let text = fs::read_to_string(file(folder.path())).unwrap();
        assert!(
            text.starts_with(&format!("https://cme.example.cn/console/start#{}\n", token.expose())),
            "{text}"
        );
        assert!(text.contains("2025-11-29 10:00"), "{text}");
        let mode = fs::metadata(file(folder.path())).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(kept(folder.path()), Some(token.hash()));
        fs::write(file(folder.path()), "nonsense").unwrap();
        assert_eq!(kept(folder.path()), None);
        forget(folder.path());
        assert!(!file(folder.path()).exists());
    }
}
