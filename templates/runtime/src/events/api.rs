//! The calls of the notification API. They go through the client like any other call: log-in, retries,
//! limits, hooks and spans are the client's.

use super::error::EventsError;
use super::item::RejectedTopic;
use super::leg::Channel;
use crate::runtime::call::Call;
use crate::runtime::client::Client;
use crate::runtime::error::{ApiError, Error};
use crate::runtime::operation::{Operation, Require};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Channels that a client id may have (the docs of `postNotificationsChannels`).
pub const CHANNELS: usize = 20;

static CREATE: Operation = operation(
    "postNotificationsChannels",
    Method::POST,
    "/api/v2/notifications/channels",
);
static CHANNEL_LIST: Operation = operation(
    "getNotificationsChannels",
    Method::GET,
    "/api/v2/notifications/channels",
);
static SUBSCRIBE: Operation = operation(
    "putNotificationsChannelSubscriptions",
    Method::PUT,
    SUBSCRIPTIONS,
);
static TOPIC_LIST: Operation = operation(
    "getNotificationsChannelSubscriptions",
    Method::GET,
    SUBSCRIPTIONS,
);
/// The docs do not list it, and that the real API accepts it has not been verified. A channel that is
/// not deleted expires after a day.
static DELETE: Operation = operation(
    "deleteNotificationsChannel",
    Method::DELETE,
    "/api/v2/notifications/channels/{channelId}",
);

const SUBSCRIPTIONS: &str = "/api/v2/notifications/channels/{channelId}/subscriptions";

const fn operation(id: &'static str, method: Method, path: &'static str) -> Operation {
    Operation::new(id, method, path, Require::None, &[])
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn entities(value: &Value) -> impl Iterator<Item = &Value> {
    value
        .get("entities")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn failed(error: Error) -> EventsError {
    EventsError::Call(Arc::new(error))
}

/// Makes a channel, unless that would remove another of the client id.
pub async fn create(client: &Client) -> Result<Channel, EventsError> {
    let listed = client
        .call::<Value>(&CHANNEL_LIST)
        .text("includechannels", "oauthclient");
    let open = entities(&listed.await.map_err(failed)?).count();
    if open >= CHANNELS {
        return Err(EventsError::TooManyChannels { open });
    }
    let made = client.call::<Value>(&CREATE).await.map_err(failed)?;
    let (Some(id), Some(uri)) = (text(&made, "id"), text(&made, "connectUri")) else {
        return Err(EventsError::Answer("the channel has no id or no address"));
    };
    let expires = text(&made, "expires").and_then(|time| time.parse().ok());
    Ok(Channel { id, uri, expires })
}

/// Deletes a channel. One that is gone already is as good.
pub async fn delete(client: &Client, channel: &str) -> Result<(), Error> {
    let call: Call<()> = client.call(&DELETE);
    match call.path("channelId", channel).await {
        Err(error) if is_gone(&error) => Ok(()),
        other => other,
    }
}

/// Replaces the channel's subscriptions, and returns what the API did not grant.
pub async fn subscribe(
    client: &Client,
    channel: &str,
    topics: &[Arc<str>],
) -> Result<Vec<RejectedTopic>, Error> {
    let topics: Vec<Value> = topics
        .iter()
        .map(|topic| json!({ "id": &**topic }))
        .collect();
    let call = client.call::<Value>(&SUBSCRIBE).path("channelId", channel);
    // Without it one topic that is not permitted would take all others with it.
    let answer = call.query("ignoreErrors", &true).body(&topics).await?;
    let is_rejected = |entity: &&Value| {
        text(entity, "state").is_some_and(|state| state.eq_ignore_ascii_case("rejected"))
            || text(entity, "rejectionReason").is_some_and(|reason| !reason.is_empty())
    };
    let rejected = entities(&answer).filter(is_rejected).filter_map(rejected);
    Ok(rejected.collect())
}

fn rejected(entity: &Value) -> Option<RejectedTopic> {
    let missing = entity.get("missingPermissions").and_then(Value::as_array);
    let missing = missing.into_iter().flatten().filter_map(Value::as_str);
    Some(RejectedTopic {
        topic: text(entity, "id")?.into(),
        reason: text(entity, "rejectionReason").filter(|reason| !reason.is_empty()),
        missing_permissions: missing.map(str::to_owned).collect(),
    })
}

/// The channel's topics; nothing where the channel is gone.
pub async fn topics(client: &Client, channel: &str) -> Result<Option<BTreeSet<String>>, Error> {
    let call = client.call::<Value>(&TOPIC_LIST).path("channelId", channel);
    match call.await {
        Ok(answer) => Ok(Some(
            entities(&answer).filter_map(|it| text(it, "id")).collect(),
        )),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the API does not know the channel.
pub fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Api(error) if ApiError::status(error) == http::StatusCode::NOT_FOUND)
}
