//! Each mode does to a real connection what its name says.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

use super::{Mode, Proxy};

/// A store that says everything again.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = stream.into_split();
                tokio::io::copy(&mut read, &mut write).await
            });
        }
    });
    address
}

async fn said_again(line: &mut TcpStream, words: &[u8]) -> std::io::Result<Vec<u8>> {
    line.write_all(words).await?;
    let mut heard = vec![0; words.len()];
    line.read_exact(&mut heard).await?;
    Ok(heard)
}

async fn standing() -> (Proxy, TcpStream) {
    let proxy = Proxy::open(echo().await).await.unwrap();
    let mut line = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(said_again(&mut line, b"hello").await.unwrap(), b"hello");
    (proxy, line)
}

#[tokio::test]
async fn it_passes_everything_on_in_order() {
    let (_proxy, line) = standing().await;
    let words: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[n as usize % 4]).collect();
    let (mut read, mut write) = line.into_split();
    let mut heard = vec![0; words.len()];
    let (said, read) = tokio::join!(write.write_all(&words), read.read_exact(&mut heard));
    said.unwrap();
    read.unwrap();
    assert_eq!(heard, words);
}

#[tokio::test]
async fn a_delay_is_felt_in_each_direction() {
    let (proxy, mut line) = standing().await;
    proxy.set(Mode::Delay(Duration::from_millis(60)));
    let began = Instant::now();
    assert_eq!(said_again(&mut line, b"slow").await.unwrap(), b"slow");
    assert!(began.elapsed() >= Duration::from_millis(120), "{:?}", began.elapsed());
    proxy.set(Mode::Pass);
    assert_eq!(said_again(&mut line, b"fast").await.unwrap(), b"fast");
}

#[tokio::test]
async fn a_cut_line_ends_and_new_ones_end_at_once_until_it_passes_again() {
    let (proxy, mut line) = standing().await;
    proxy.set(Mode::Cut);
    assert_eq!(line.read(&mut [0; 8]).await.unwrap(), 0);
    let mut new = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(new.read(&mut [0; 8]).await.unwrap(), 0);
    proxy.set(Mode::Pass);
    let mut back = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(said_again(&mut back, b"back").await.unwrap(), b"back");
}

#[tokio::test]
async fn a_reset_is_an_error_and_no_end() {
    let (proxy, mut line) = standing().await;
    proxy.set(Mode::Reset);
    assert_eq!(line.read(&mut [0; 8]).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_half_open_line_takes_everything_and_says_nothing_even_afterwards() {
    let (proxy, mut line) = standing().await;
    proxy.set(Mode::HalfOpen);
    let mut new = TcpStream::connect(proxy.address()).await.unwrap();
    let silence = Duration::from_millis(100);
    assert!(timeout(silence, said_again(&mut line, b"anybody")).await.is_err());
    assert!(timeout(silence, said_again(&mut new, b"anybody")).await.is_err());
    proxy.set(Mode::Pass);
    assert!(timeout(silence, said_again(&mut line, b"anybody")).await.is_err());
    let mut back = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(said_again(&mut back, b"back").await.unwrap(), b"back");
}

#[tokio::test]
async fn refused_is_refused_until_it_passes_again_at_the_same_address() {
    let (proxy, mut line) = standing().await;
    proxy.set(Mode::Refuse);
    assert!(line.read(&mut [0; 8]).await.is_err());
    let refused = TcpStream::connect(proxy.address()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    proxy.set(Mode::Pass);
    let deadline = Instant::now() + Duration::from_secs(5);
    let mut back = loop {
        match TcpStream::connect(proxy.address()).await {
            Ok(line) => break line,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
    };
    assert_eq!(said_again(&mut back, b"back").await.unwrap(), b"back");
}
