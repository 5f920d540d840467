//! One connection to a server: connects, upgrades, hands on each text frame in place. A thread's connections all read into one
//! buffer; a connection keeps bytes of its own only while a frame is cut in two. It must not know a frame's content.
//!
//! Why not tokio-tungstenite: it copies each frame into a message of its own and keeps a buffer per connection. The generator
//! shares two cores with what it measures, and whatever it wastes is measured as lateness of the server.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead as _, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};

use super::wire::{self, Frame};

/// The buffer that all connections of a thread read into: a burst of codes fits.
const BUFFER: usize = 64 * 1024;
/// The system makes it its smallest, about 2 KB.
const SMALLEST: u32 = 1;

/// The thread's buffer.
#[derive(Clone)]
pub struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Default for Buffer {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(vec![0; BUFFER])))
    }
}

/// Where a connection begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    pub server: SocketAddr,
    /// The loopback address to connect from, for when one has not enough ports.
    pub source: Option<IpAddr>,
    /// With the smallest receive buffer: for a page that will stop reading.
    pub narrow: bool,
}

/// How a connection ended: the close code, or the socket's error.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended(pub String);

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self(error.kind().to_string())
    }
}

impl From<anyhow::Error> for Ended {
    fn from(error: anyhow::Error) -> Self {
        Self(error.to_string())
    }
}

/// A connection after the upgrade.
pub struct Line {
    stream: TcpStream,
    buffer: Buffer,
    rest: Vec<u8>,
    /// A ping of the server that waits to be answered.
    answer: Option<Vec<u8>>,
}

impl Line {
    /// Connects and upgrades.
    pub async fn open(ends: Ends, host: &str, path: &str, buffer: Buffer) -> Result<Self, Ended> {
        let socket = if ends.server.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if ends.narrow {
            socket.set_recv_buffer_size(SMALLEST)?;
        }
        if let Some(source) = ends.source {
            socket.bind(SocketAddr::new(source, 0))?;
        }
        let mut stream = socket.connect(ends.server).await?;
        stream.set_nodelay(true)?;
        stream.write_all(wire::upgrade(host, path).as_bytes()).await?;
        let mut line = Self { stream, buffer, rest: Vec::new(), answer: None };
        poll_fn(|context| line.poll_upgraded(context)).await?;
        Ok(line)
    }

    /// Sends a text frame.
    pub async fn say(&mut self, text: &str) -> Result<(), Ended> {
        Ok(self.stream.write_all(&wire::text(text)).await?)
    }

    /// Sends a close frame without waiting for an answer.
    pub fn leave(self) {
        let _ = self.stream.try_write(&wire::close());
    }

    /// The address it was connected from.
    pub fn from(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }

    /// Hands each text frame on until `hear` wants to return something, or until the connection ends.
    /// Nothing is lost if it is dropped while it waits.
    pub async fn hear<T>(&mut self, mut hear: impl FnMut(&[u8]) -> Option<T>) -> Result<T, Ended> {
        loop {
            if let Some(answer) = self.answer.take() {
                self.stream.write_all(&answer).await?;
            }
            if let Some(heard) = poll_fn(|context| self.poll_frames(context, &mut hear)).await? {
                return Ok(heard);
            }
        }
    }

    fn poll_upgraded(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        loop {
            ready!(self.poll_read(context, Vec::extend_from_slice))?;
            if let Some(taken) = wire::upgraded(&self.rest)? {
                self.rest.drain(..taken);
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Ready with nothing when there is a ping to be answered first.
    fn poll_frames<T>(
        &mut self,
        context: &mut Context<'_>,
        hear: &mut impl FnMut(&[u8]) -> Option<T>,
    ) -> Poll<Result<Option<T>, Ended>> {
        loop {
            let stop = walk(&mut self.rest, hear)?;
            if let Some(stop) = stop {
                return Poll::Ready(Ok(self.stopped(stop)));
            }
            let stop = ready!(self.poll_read(context, |rest, read| {
                if !rest.is_empty() {
                    rest.extend_from_slice(read);
                    return Ok(None);
                }
                let (taken, stop) = cut_all(read, hear)?;
                rest.extend_from_slice(&read[taken..]);
                Ok::<_, Ended>(stop)
            }))??;
            if let Some(stop) = stop {
                return Poll::Ready(Ok(self.stopped(stop)));
            }
        }
    }

    /// Reads once into the shared buffer and lets `take` have what was read, with what was kept before.
    fn poll_read<T>(
        &mut self,
        context: &mut Context<'_>,
        take: impl FnOnce(&mut Vec<u8>, &[u8]) -> T,
    ) -> Poll<Result<T, Ended>> {
        let mut shared = self.buffer.0.borrow_mut();
        let mut read = ReadBuf::new(&mut shared);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut read))?;
        Poll::Ready(match read.filled() {
            [] => Err(Ended("closed without a word".to_owned())),
            read => Ok(take(&mut self.rest, read)),
        })
    }

    fn stopped<T>(&mut self, stop: Stop<T>) -> Option<T> {
        match stop {
            Stop::Heard(heard) => Some(heard),
            Stop::Answer(answer) => {
                self.answer = Some(answer);
                None
            }
        }
    }
}

/// Why no more frames are cut for now.
enum Stop<T> {
    Heard(T),
    Answer(Vec<u8>),
}

/// Cuts frames off the front of what was kept.
fn walk<T>(rest: &mut Vec<u8>, hear: &mut impl FnMut(&[u8]) -> Option<T>) -> Result<Option<Stop<T>>, Ended> {
    if rest.is_empty() {
        return Ok(None);
    }
    let (taken, stop) = cut_all(rest, hear)?;
    rest.drain(..taken);
    Ok(stop)
}

/// Cuts frames until they end or something stops it; how many bytes they took.
fn cut_all<T>(
    bytes: &[u8],
    hear: &mut impl FnMut(&[u8]) -> Option<T>,
) -> Result<(usize, Option<Stop<T>>), Ended> {
    let mut taken = 0;
    while let Some((frame, length)) = wire::cut(&bytes[taken..])? {
        taken += length;
        let stop = match frame {
            Frame::Text(text) => hear(text).map(Stop::Heard),
            Frame::Ping(body) => Some(Stop::Answer(wire::pong(body))),
            Frame::Pong => None,
            Frame::Close(code) => {
                return Err(Ended(code.map_or_else(|| "close".to_owned(), |code| code.to_string())));
            }
        };
        if stop.is_some() {
            return Ok((taken, stop));
        }
    }
    Ok((taken, None))
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    /// Answers the upgrade and sends the bytes in pieces.
    async fn line_to_server_that_says(bytes: Vec<u8>, piece: usize) -> Result<Line, Ended> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let _ = stream.read(&mut [0; 1024]).await.unwrap();
            let said = [b"HTTP/1.1 101 Switching Protocols\r\n\r\n".as_slice(), &bytes].concat();
            for piece in said.chunks(piece) {
                stream.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        let ends = Ends { server, source: Some([127, 0, 0, 9].into()), narrow: piece == 1 };
        Line::open(ends, "h", "/p", Buffer::default()).await
    }

    #[tokio::test]
    async fn every_frame_is_heard_once_however_it_arrives() {
        let said = [b"\x81\x03one".as_slice(), b"\x89\x01?", b"\x81\x03two", b"\x88\x02\x11\x4d"].concat();
        for piece in [1, 2, 5, 4096] {
            let mut line = line_to_server_that_says(said.clone(), piece).await.unwrap();
            assert_eq!(line.from().unwrap().ip(), IpAddr::from([127, 0, 0, 9]));
            let first = line.hear(|text| Some(text.to_vec())).await.unwrap();
            let mut others = Vec::new();
            let ended = line.hear(|text| -> Option<()> {
                others.push(text.to_vec());
                None
            });
            let ended = ended.await.unwrap_err();
            assert_eq!((first, others), (b"one".to_vec(), vec![b"two".to_vec()]), "in pieces of {piece}");
            assert_eq!(ended, Ended("4429".to_owned()));
        }
    }

    #[tokio::test]
    async fn a_line_that_is_cut_says_so() {
        let mut line = line_to_server_that_says(b"\x81\x03on".to_vec(), 4096).await.unwrap();
        assert_eq!(line.hear(|_| Some(())).await.unwrap_err().0, "closed without a word");
    }
}
