//! SIGTERM in the middle of a burst.
//! It must not know how a drain is done: only that every accepted request is answered.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::house::House;

pub async fn a_stop_in_a_burst_answers_what_it_has_taken(house: &mut House) -> anyhow::Result<()> {
    for _ in 0..3 {
        house.crowd.burst(400);
        house.go_on(0.02).await;
        let asked = Instant::now();
        house.node.process().signal(Signal::TERM);
        let status = tokio::time::timeout(Duration::from_secs(20), house.node.process().ended()).await;
        match status {
            Ok(Ok(status)) => {
                house.expect(status.success(), format!("it ended with {status}"));
                house.expect(
                    asked.elapsed() < Duration::from_secs(11),
                    format!("it took {:?}", asked.elapsed()),
                );
            }
            _ => house.wrong.push("it did not end within 20 s".to_owned()),
        }
        house.node.again().await?;
        house.returned();
        house.go_on(1.0).await;
    }
    Ok(())
}
