//! SIGTERM in the middle of a burst.
//! It must not know how a drain is done: only that every accepted request is answered.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::test_server::TestServer;

pub async fn a_stop_in_a_burst_answers_what_it_has_taken(test: &mut TestServer) -> anyhow::Result<()> {
    for _ in 0..3 {
        test.crowd.burst(400);
        test.go_on(0.02).await;
        let asked = Instant::now();
        test.node.process().signal(Signal::TERM);
        let status = tokio::time::timeout(Duration::from_secs(20), test.node.process().ended()).await;
        match status {
            Ok(Ok(status)) => {
                test.expect(status.success(), format!("it ended with {status}"));
                test.expect(
                    asked.elapsed() < Duration::from_secs(11),
                    format!("it took {:?}", asked.elapsed()),
                );
            }
            _ => test.wrong.push("it did not end within 20 s".to_owned()),
        }
        test.node.again().await?;
        test.returned();
        test.go_on(1.0).await;
    }
    Ok(())
}
