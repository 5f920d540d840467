//! TLS by certificate files, read again when they change: a renewed certificate needs no restart.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// Follows the files until it is dropped. A pair that cannot be read leaves the old one in use.
pub async fn reload(config: RustlsConfig, certificate: PathBuf, key: PathBuf) {
    let mut known = changed_at(&certificate).max(changed_at(&key));
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        let newest = changed_at(&certificate).max(changed_at(&key));
        if newest == known {
            continue;
        }
        match config.reload_from_pem_file(&certificate, &key).await {
            Ok(()) => {
                known = newest;
                tracing::info!("the new certificate is in use");
            }
            Err(error) => tracing::error!(%error, "the new certificate cannot be used: the old one stays"),
        }
    }
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|file| file.modified()).ok()
}
