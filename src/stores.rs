//! Which Postgres and Redis this process uses: those of the settings, or private ones that it starts and stops.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::config::{self, Settings};
use crate::private::{self, Postgres, Redis};
use zaichang_core::keys::{self, Keys};

/// The stores, and what has to be stopped at the end.
pub struct Stores {
    pub database_url: SecretString,
    /// One address, or several of a Redis Cluster.
    pub redis_url: Option<SecretString>,
    data_dir: PathBuf,
    postgres: Option<Postgres>,
    redis: Option<Redis>,
}

impl Stores {
    /// Takes the stores of the settings; starts private ones where there are none.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let mut stores = Self::without_redis(settings).await?;
        if let Some(url) = &settings.redis_url {
            stores.redis_url = Some(url.clone());
            return Ok(stores);
        }
        stores.redis = Redis::start(&settings.data_dir).await?;
        stores.redis_url = stores.redis.as_ref().map(|redis| SecretString::from(redis.url()));
        if stores.redis.is_none() {
            tracing::warn!(
                "未安装 redis-server，不使用 Redis，重复签到由 Postgres 应答：如需请运行 apt-get install redis-server · no redis-server \
                 is installed: running without one, repeats are answered by Postgres"
            );
        }
        Ok(stores)
    }

    /// Postgres alone, for commands that only fill or migrate.
    pub async fn without_redis(settings: &Settings) -> anyhow::Result<Self> {
        let (database_url, postgres) = match &settings.database_url {
            Some(url) => (url.clone(), None),
            None => {
                let postgres = Postgres::start(&settings.data_dir).await?;
                (SecretString::from(postgres.url()), Some(postgres))
            }
        };
        Ok(Self { database_url, redis_url: None, data_dir: settings.data_dir.clone(), postgres, redis: None })
    }

    /// The address of the private Postgres, if there is one.
    pub fn private_postgres(&self) -> Option<String> {
        self.postgres.as_ref().map(|postgres| postgres.url().to_owned())
    }

    /// Waits until the private Postgres dies without having been asked; for ever where there is none. A private Redis
    /// that dies is started again at the same address: it held nothing that Postgres does not.
    pub async fn died(&mut self) -> private::Error {
        loop {
            let postgres = async {
                match &mut self.postgres {
                    Some(postgres) => postgres.died().await,
                    None => std::future::pending().await,
                }
            };
            let redis = async {
                match &mut self.redis {
                    Some(redis) => redis.died().await,
                    None => std::future::pending().await,
                }
            };
            let error = tokio::select! {
                died = postgres => return died,
                died = redis => died,
            };
            tracing::warn!(%error, "Redis is started again");
            // Its lock goes with it.
            self.redis = None;
            self.redis = match Redis::start(&self.data_dir).await {
                Ok(redis) => redis,
                Err(error) => {
                    tracing::error!(%error, "going on without Redis: repeats are answered by Postgres");
                    None
                }
            };
        }
    }

    /// Stops what was started here, in order.
    pub async fn close(self) -> Result<(), private::Error> {
        if let Some(redis) = self.redis {
            redis.stop().await?;
        }
        if let Some(postgres) = self.postgres {
            postgres.stop().await?;
        }
        Ok(())
    }
}

/// What a running server writes into its data directory, so that `zaichang demo` finds its private stores.
#[derive(Serialize, Deserialize)]
pub struct Running {
    pub pid: u32,
    pub base_url: String,
    /// Of a private Postgres only: another one's address may hold a password.
    pub private_postgres: Option<String>,
}

impl Running {
    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("running.json")
    }

    pub fn write(&self, data_dir: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(data_dir).with_context(|| unusable(data_dir))?;
        write_private(&Self::path(data_dir), &serde_json::to_string(self)?)
    }

    /// The server that runs on this data directory; none if it was killed and left its note behind.
    pub fn read(data_dir: &Path) -> Option<Self> {
        let running: Self = serde_json::from_str(&fs::read_to_string(Self::path(data_dir)).ok()?).ok()?;
        Path::new("/proc").join(running.pid.to_string()).exists().then_some(running)
    }

    pub fn forget(data_dir: &Path) {
        let _ = fs::remove_file(Self::path(data_dir));
    }
}

/// Where the master keys are kept when the settings name none.
pub fn keys_file(data_dir: &Path) -> PathBuf {
    data_dir.join("master_keys")
}

/// The master keys of the settings, or those kept in the data directory, made if there are none.
pub fn master_keys(settings: &Settings) -> anyhow::Result<(Keys, SecretString)> {
    let written = match &settings.master_keys {
        Some(written) => written.clone(),
        None => kept_keys(&settings.data_dir)?,
    };
    let keys = Keys::parse(&written).with_context(|| match &settings.master_keys {
        Some(_) => config::wrong("MASTER_KEYS").to_string(),
        None => format!(
            "{0} 中的主密钥无法读取，请恢复该文件的备份 · the master keys in {0} cannot be read, restore its backup",
            keys_file(&settings.data_dir).display()
        ),
    })?;
    Ok((keys, written))
}

fn kept_keys(data_dir: &Path) -> anyhow::Result<SecretString> {
    let path = keys_file(data_dir);
    if path.exists() {
        let kept = fs::read_to_string(&path).with_context(|| unusable(&path))?;
        return Ok(kept.trim().into());
    }
    let made = keys::make()?;
    fs::create_dir_all(data_dir).with_context(|| unusable(data_dir))?;
    write_private(&path, made.expose_secret())?;
    tracing::info!(path = %path.display(), "a master key was made and is kept here: it seals all personal numbers, back it up");
    Ok(made)
}

/// Writes a file that only this user can read, whole or not at all.
pub fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let beside = path.with_extension("new");
    // What a stop has left. A new file follows no link that somebody has laid there.
    if let Err(error) = fs::remove_file(&beside)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(error).with_context(|| unusable(&beside));
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .with_context(|| unusable(&beside))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.and_then(|()| fs::rename(&beside, path)).with_context(|| unusable(path))
}

/// Writes a new file that only this user can read; one that is there already stays as it is.
pub fn write_new_private(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let opened = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = opened.with_context(|| {
        format!(
            "{0} 无法新建：请写一个尚不存在的文件名，并检查目录权限 · {0} cannot be made: name a file that is not there yet, in a \
             folder that you may write to",
            path.display()
        )
    })?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.with_context(|| unusable(path))
}

fn unusable(path: &Path) -> String {
    format!(
        "无法使用 {0}，请检查权限与磁盘空间，或用 ZAICHANG_DATA_DIR 指定另一个目录 · {0} cannot be used: check its \
         permissions and the free space, or name another folder in ZAICHANG_DATA_DIR",
        path.display()
    )
}
