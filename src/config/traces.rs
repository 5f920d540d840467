//! What the settings of a collector of spans may be. It must not know whether this program was built with spans.

use super::{Error, Settings, wrong};

/// Refuses an address that is none, and a share that is no part.
pub(super) fn check(settings: &Settings) -> Result<(), Error> {
    let is_collector = |url: &String| {
        ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) && !url.contains('@')
    };
    if !settings.traces.as_ref().is_none_or(is_collector) {
        return Err(wrong("TRACES", "it is a collector's address without a user: http://127.0.0.1:4318"));
    }
    if !(0.0..=1.0).contains(&settings.traces_share) {
        return Err(wrong("TRACES_SHARE", "it is 0 to 1: 0.01 traces one request in a hundred"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_an_address_and_a_share_is_a_part() {
        let refusal = |settings: Settings| settings.check().unwrap_err().to_string();
        for collector in ["collector:4318", "http://me:hunter2@collector:4318"] {
            let refused = refusal(Settings { traces: Some(collector.to_owned()), ..Settings::default() });
            assert!(refused.starts_with("ZAICHANG_TRACES: ") && !refused.contains("hunter2"), "{refused}");
        }
        for traces_share in [-0.1, 1.5, f64::NAN] {
            let refused = refusal(Settings { traces_share, ..Settings::default() });
            assert!(refused.starts_with("ZAICHANG_TRACES_SHARE: "), "{traces_share}");
        }
    }
}
