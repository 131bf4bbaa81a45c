//! Watches the presence of a queue's members, against the mock: no server is needed.
//! A real client is built with `client_credentials` instead of `transport`.

use serde_json::json;
use std::sync::Arc;
use {krate}::mock::Mock;
use {krate}::{Client, Notification};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mock = Mock::new();
    let service = mock.notifications();
    let client = Client::builder().transport(Arc::new(mock.clone())).build()?;

    // The members are the answer of an operation of the routing page, where that is compiled.
    let members = ["8a1f", "93cd", "b07e"];
    let topics = members.map(|id| format!("v2.users.{id}.presence"));
    let mut stream = client.events().subscribe(topics).await?;
    for topic in stream.rejected() {
        println!("{} is not granted: {:?}", topic.topic, topic.reason);
    }

    for (id, presence) in members.iter().zip(["Available", "Busy", "Away"]) {
        let topic = format!("v2.users.{id}.presence");
        let body = json!({ "presenceDefinition": { "systemPresence": presence } });
        service.publish(&topic, &body);
    }

    for _ in members {
        match stream.next().await {
            Some(Notification::Event(event)) => {
                let body: serde_json::Value = event.decode_as()?;
                let presence = &body["presenceDefinition"]["systemPresence"];
                println!("{}: {presence}", event.topic());
            }
            Some(Notification::Gap(gap)) => {
                println!("something may be missing from {} to {}", gap.from, gap.to);
            }
            other => println!("{other:?}"),
        }
    }
    stream.close().await;
    assert_eq!(service.channels(), 0);
    Ok(())
}
