//! A connection between the server and a store that can be damaged: slowed, cut, reset, left half open, refused.
//! It must not know what is sent over it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// What the line does, to connections that stand and to new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Every byte at once.
    Pass,
    /// Every byte so much later, in each direction; the order stays.
    Delay(Duration),
    /// Closed in good order (FIN), new ones as soon as they are accepted.
    Cut,
    /// Aborted (RST).
    Reset,
    /// Open, and nothing arrives on either side. A connection that lost bytes stays so for ever, whatever comes after.
    HalfOpen,
    /// Connections are refused; existing ones are aborted.
    Refuse,
}

impl Mode {
    fn ends_lines(self) -> bool {
        !matches!(self, Self::Pass | Self::Delay(_))
    }
}

/// A listener in front of a store. Dropped, it ends with all its lines.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    _running: JoinSet<()>,
}

impl Proxy {
    /// Listens on a free port of this machine and passes everything on.
    pub async fn open(store: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (mode, modes) = watch::channel(Mode::Pass);
        let mut running = JoinSet::new();
        running.spawn(listen(listener, store, modes));
        Ok(Self { address, mode, _running: running })
    }

    /// Where the server finds the store.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

async fn listen(first: TcpListener, store: SocketAddr, mut modes: watch::Receiver<Mode>) {
    let Ok(address) = first.local_addr() else { return };
    let mut listener = Some(first);
    let mut lines = JoinSet::new();
    loop {
        let refusing = *modes.borrow_and_update() == Mode::Refuse;
        if refusing {
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).await.ok();
        }
        let accepted = async {
            match &listener {
                Some(listener) => listener.accept().await.ok(),
                None if refusing => std::future::pending().await,
                // The port may be taken for a moment: try again.
                None => {
                    sleep(Duration::from_millis(5)).await;
                    None
                }
            }
        };
        tokio::select! {
            changed = modes.changed() => if changed.is_err() { return },
            Some(_) = lines.join_next(), if !lines.is_empty() => {}
            client = accepted => if let Some((client, _)) = client {
                lines.spawn(line(client, store, modes.clone()));
            },
        }
    }
}

async fn line(client: TcpStream, store: SocketAddr, mut modes: watch::Receiver<Mode>) {
    if modes.borrow().ends_lines() {
        let mode = *modes.borrow();
        return end(mode, client, None).await;
    }
    // A store that is away looks the same as without the proxy.
    let reached = timeout(Duration::from_secs(30), TcpStream::connect(store)).await;
    let Ok(Ok(server)) = reached else { return end(Mode::Reset, client, None).await };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ending = {
        let (from_client, to_client) = (&client, &client);
        let (from_server, to_server) = (&server, &server);
        let there = pump(from_client, to_server, modes.clone());
        let back = pump(from_server, to_client, modes.clone());
        tokio::select! {
            // Either side's end is the end of both, as the stores' protocols have it.
            () = there => Mode::Cut,
            () = back => Mode::Cut,
            mode = modes.wait_for(|mode| mode.ends_lines()) => mode.map_or(Mode::Cut, |mode| *mode),
        }
    };
    end(ending, client, Some(server)).await;
}

/// One direction, until it ends.
async fn pump(from: &TcpStream, to: &TcpStream, modes: watch::Receiver<Mode>) {
    // What is on its way; a wire is not a store either, so it holds only so much.
    let (sender, mut receiver) = mpsc::channel::<(Instant, Vec<u8>)>(256);
    let read = async move {
        loop {
            let mut bytes = vec![0; 16 << 10];
            match read_some(from, &mut bytes).await {
                Ok(0) | Err(_) => return,
                Ok(length) => bytes.truncate(length),
            }
            let late = match *modes.borrow() {
                Mode::Delay(late) => late,
                _ => Duration::ZERO,
            };
            if sender.send((Instant::now() + late, bytes)).await.is_err() {
                return;
            }
        }
    };
    let write = async move {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            if write_all(to, &bytes).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(read, write);
}

async fn read_some(from: &TcpStream, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        from.readable().await?;
        match from.try_read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read,
        }
    }
}

async fn write_all(to: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        to.writable().await?;
        match to.try_write(bytes) {
            Ok(length) => bytes = &bytes[length..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn end(mode: Mode, mut client: TcpStream, server: Option<TcpStream>) {
    match mode {
        Mode::Reset | Mode::Refuse => {
            let abort = |stream: &TcpStream| stream.set_zero_linger();
            // A socket that is gone already needs no abort.
            let _ = abort(&client);
            let _ = server.as_ref().map(abort);
        }
        Mode::HalfOpen => {
            // What the client sends vanishes; its own end is passed on to no one. The store's side stands until we end.
            let mut bytes = vec![0; 16 << 10];
            while client.read(&mut bytes).await.is_ok_and(|length| length > 0) {}
            drop(client);
            let _server = server;
            std::future::pending::<()>().await;
        }
        Mode::Pass | Mode::Delay(_) | Mode::Cut => {
            let _ = client.shutdown().await;
        }
    }
}

#[cfg(test)]
mod tests;
