//! Answers of clamd as its manual has them, and what is no answer. The real clamd is asked in tests/it.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

fn said(answer: &str) -> Result<Found, NotScanned> {
    understood(answer.as_bytes())
}

#[test]
fn clear_answers_alone_say_what_a_file_is() {
    assert_eq!(said("stream: OK\0"), Ok(Found::Nothing));
    assert_eq!(said("stream: Win.Test.EICAR_HDB-1 FOUND\0"), Ok(Found::Malware));
    for unclear in [
        "",
        "OK\0",
        "stream: OK",
        "stream: OK FOUND",
        "stream: \0",
        "INSTREAM size limit exceeded. ERROR\0",
        "stream: Can't allocate memory ERROR\0",
        "stream: OK\0stream: OK\0\n",
    ] {
        assert!(said(unclear).is_err(), "{unclear:?}");
    }
}

#[test]
fn what_is_logged_of_an_answer_is_short_and_plain() {
    let NotScanned(said) = unclear("\u{1b}[2J病".repeat(100).as_bytes());
    assert!(said.len() < 100 && said.is_ascii() && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn an_address_is_a_host_with_a_port_or_an_absolute_path() {
    let read = |text: &str| Address::try_from(text.to_owned());
    assert_eq!(read("127.0.0.1:3310"), Ok(Address::Tcp("127.0.0.1:3310".to_owned())));
    assert_eq!(read("[::1]:3310"), Ok(Address::Tcp("[::1]:3310".to_owned())));
    assert_eq!(read("/run/clamav/clamd.ctl"), Ok(Address::Socket("/run/clamav/clamd.ctl".into())));
    for wrong in
        ["", "clamd", "clamd:", ":3310", "clamd:0", "clamd:99999", "http://clamd:3310", "run/clamd.ctl"]
    {
        assert_eq!(read(wrong), Err(AddressError), "{wrong}");
    }
}

/// Answers the first that connects, once all of its stream has come.
async fn clamd(answer: &'static str) -> Clamav {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::Tcp(listener.local_addr().unwrap().to_string());
    tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        let mut command = [0; 10];
        line.read_exact(&mut command).await.unwrap();
        assert_eq!(&command, b"zINSTREAM\0");
        while let Ok(length @ 1..) = line.read_u32().await {
            line.read_exact(&mut vec![0; length as usize]).await.unwrap();
        }
        line.write_all(answer.as_bytes()).await.unwrap();
    });
    Clamav { address }
}

#[tokio::test]
async fn a_file_goes_as_a_stream_and_a_line_that_breaks_is_never_clean() {
    let file = Bytes::from(vec![b'a'; 3 * PIECE + 7]);
    assert_eq!(clamd("stream: OK\0").await.scan(file.clone()).await, Ok(Found::Nothing));
    assert_eq!(clamd("stream: Eicar FOUND\0").await.scan(file.clone()).await, Ok(Found::Malware));
    assert!(clamd("").await.scan(file.clone()).await.is_err());
    let nothing_listens = Clamav { address: Address::Socket("/nonexistent/clamd.ctl".into()) };
    assert!(nothing_listens.scan(file).await.is_err());
    assert!(nothing_listens.answers().await.is_err());
}
