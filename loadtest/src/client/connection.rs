//! One HTTP/1.1 connection, one request at a time, kept alive. No general client is used, because the generator shares
//! its processors with what it measures. It must not know what is asked or answered.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Target;

/// The largest answer that is read: more than any page of records.
const LARGEST: usize = 1 << 20;
/// Most answers are shorter.
const USUAL: usize = 2048;
const HEADERS: usize = 32;

/// A connection with the bytes that have arrived on it.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// An answer, as it lies in the connection's buffer.
#[derive(Debug)]
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
    /// The server will take another request on this connection.
    pub keep: bool,
}

/// No answer, or only a part of one: the request's outcome is not known.
#[derive(Debug)]
pub struct Cut(pub String);

impl From<io::Error> for Cut {
    fn from(error: io::Error) -> Self {
        Self(error.kind().to_string())
    }
}

/// Where an answer's parts are.
struct Head {
    status: u16,
    body_at: usize,
    length: usize,
    keep: bool,
}

impl Connection {
    /// Connects.
    pub async fn open(target: &Target) -> Result<Self, Cut> {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; USUAL], filled: 0 })
    }

    /// Whether the server has hung up since the last answer.
    pub fn is_closed(&self) -> bool {
        let mut byte = [0; 1];
        match self.stream.try_read(&mut byte) {
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
            // The end, or unrequested bytes.
            Ok(_) => true,
        }
    }

    /// Sends a request and waits for the whole answer. After an error the connection is of no more use.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>, Cut> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let head = loop {
            self.fill().await?;
            if let Some(head) = head(&self.buffer[..self.filled])? {
                break head;
            }
        };
        let end = head.body_at + head.length;
        if end > LARGEST {
            return Err(Cut("the answer is too large".to_owned()));
        }
        while self.filled < end {
            self.fill().await?;
        }
        Ok(Answer { status: head.status, body: &self.buffer[head.body_at..end], keep: head.keep })
    }

    async fn fill(&mut self) -> Result<(), Cut> {
        if self.filled == self.buffer.len() {
            if self.filled >= LARGEST {
                return Err(Cut("the answer is too large".to_owned()));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]).await? {
            0 => Err(Cut("the connection was closed before the answer".to_owned())),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }
}

/// The head of an answer, once it is whole.
fn head(bytes: &[u8]) -> Result<Option<Head>, Cut> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let parsed = answer.parse(bytes).map_err(|error| Cut(format!("not an HTTP answer: {error}")))?;
    let httparse::Status::Complete(body_at) = parsed else { return Ok(None) };
    let mut head = Head { status: answer.code.unwrap_or(0), body_at, length: 0, keep: true };
    for header in answer.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            let length = std::str::from_utf8(header.value).ok().and_then(|text| text.trim().parse().ok());
            head.length = length.ok_or_else(|| Cut("a length that is none".to_owned()))?;
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(Cut("an answer in chunks, which nothing that is loaded here gives".to_owned()));
        } else if header.name.eq_ignore_ascii_case("connection") {
            head.keep = !header.value.eq_ignore_ascii_case(b"close");
        }
    }
    Ok(Some(head))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Answers each request with the next of `answers`, in pieces of `piece` bytes, then hangs up.
    async fn server(answers: Vec<&'static str>, piece: usize) -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            for answer in answers {
                let mut asked = [0; 64];
                let _ = stream.read(&mut asked).await.unwrap();
                for piece in answer.as_bytes().chunks(piece) {
                    stream.write_all(piece).await.unwrap();
                    tokio::task::yield_now().await;
                }
            }
        });
        Target { address, host: address.to_string() }
    }

    #[tokio::test]
    async fn answers_are_read_whole_however_they_arrive() {
        for piece in [1, 7, 4096] {
            let answers = vec![
                "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            ];
            let target = server(answers, piece).await;
            let mut connection = Connection::open(&target).await.unwrap();
            let first = connection.exchange(b"one").await.unwrap();
            assert_eq!((first.status, first.body, first.keep), (201, b"hello".as_slice(), true));
            let second = connection.exchange(b"two").await.unwrap();
            assert_eq!((second.status, second.body, second.keep), (503, b"".as_slice(), false));
        }
    }

    #[tokio::test]
    async fn a_cut_answer_is_never_taken_for_a_whole_one() {
        for cut in
            ["", "HTTP/1.1 201", "HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhel", "nonsense\r\n\r\n"]
        {
            let target = server(vec![cut], 4096).await;
            let mut connection = Connection::open(&target).await.unwrap();
            assert!(connection.exchange(b"one").await.is_err(), "{cut:?}");
        }
    }
}
