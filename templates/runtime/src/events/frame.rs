//! A frame of the notification service: JSON with `topicName`, `version`, `eventBody` and `metadata`.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What heartbeats and pongs come as.
const METADATA: &str = "channel.metadata";
const CLOSING: &str = "v2.system.socket_closing";

/// A frame that was understood.
#[derive(Debug)]
pub enum Frame {
    /// The server lives; `pong` answers a ping.
    Alive {
        pong: bool,
    },
    /// The server is about to close the socket.
    Closing,
    Event(RawEvent),
}

/// An event whose body is not decoded.
#[derive(Clone)]
pub struct RawEvent {
    pub topic: String,
    pub version: Option<String>,
    pub correlation_id: Option<String>,
    pub body: Box<RawValue>,
    /// The same for every copy of an event, whatever the order of keys and the white space.
    pub key: u64,
}

/// Without the body, which may be personal.
impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawEvent")
            .field("topic", &self.topic)
            .field("version", &self.version)
            .field("correlation_id", &self.correlation_id)
            .field("body_bytes", &self.body.get().len())
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    topic_name: String,
    #[serde(default)]
    version: Option<serde_json::Value>,
    #[serde(default)]
    event_body: Option<Box<RawValue>>,
    #[serde(default)]
    metadata: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Message {
    message: Option<String>,
}

impl Frame {
    /// Nothing where the text is no frame of the service.
    pub fn read(text: &str) -> Option<Self> {
        let wire: Wire = serde_json::from_str(text).ok()?;
        match wire.topic_name.as_str() {
            METADATA => {
                let body = wire.event_body.as_deref().map_or("{}", RawValue::get);
                let message = serde_json::from_str::<Message>(body).ok();
                let message = message.and_then(|body| body.message);
                Some(Self::Alive {
                    pong: message.as_deref() == Some("pong"),
                })
            }
            CLOSING => Some(Self::Closing),
            _ => event(wire).map(Self::Event),
        }
    }
}

fn event(wire: Wire) -> Option<RawEvent> {
    let body = match wire.event_body {
        Some(body) => body,
        None => RawValue::from_string("null".to_owned()).ok()?,
    };
    let correlation_id = wire.metadata.as_ref().and_then(|metadata| {
        let keys = ["CorrelationId", "correlationId"];
        let found = keys.iter().find_map(|key| metadata.get(key));
        found.and_then(|id| id.as_str()).map(str::to_owned)
    });
    let mut hasher = DefaultHasher::new();
    wire.topic_name.hash(&mut hasher);
    correlation_id.hash(&mut hasher);
    hash_of(body.get()).hash(&mut hasher);
    Some(RawEvent {
        key: hasher.finish(),
        version: wire.version.map(|version| match version {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        }),
        topic: wire.topic_name,
        correlation_id,
        body,
    })
}

/// A hash of a JSON text that does not depend on the order of keys and on white space.
fn hash_of(json: &str) -> u64 {
    let mut reader = serde_json::Deserializer::from_str(json);
    // A raw value is JSON; one that is nested too deep for serde is compared as it is written.
    HashOf
        .deserialize(&mut reader)
        .unwrap_or_else(|_| hash(json))
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

struct HashOf;

impl<'de> DeserializeSeed<'de> for HashOf {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u64, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for HashOf {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(hash(0_u8))
    }

    fn visit_bool<E>(self, value: bool) -> Result<u64, E> {
        Ok(hash((1_u8, value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<u64, E> {
        Ok(hash((2_u8, value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<u64, E> {
        Ok(hash((3_u8, value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<u64, E> {
        Ok(hash((4_u8, value.to_bits())))
    }

    fn visit_str<E>(self, value: &str) -> Result<u64, E> {
        Ok(hash((5_u8, value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u64, A::Error> {
        let mut hasher = DefaultHasher::new();
        6_u8.hash(&mut hasher);
        while let Some(item) = items.next_element_seed(HashOf)? {
            item.hash(&mut hasher);
        }
        Ok(hasher.finish())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<u64, A::Error> {
        let mut sum = hash(7_u8);
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(HashOf)?;
            sum = sum.wrapping_add(hash((key, value)));
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(body: &str) -> u64 {
        let text = format!("{{\"topicName\":\"v2.a\",\"eventBody\":{body}}}");
        match Frame::read(&text) {
            Some(Frame::Event(event)) => event.key,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn copies_have_one_key_and_others_another() {
        let texts = [
            [
                "{\"a\":1,\"b\":[true,null]}",
                "{ \"b\": [true, null], \"a\": 1 }",
            ],
            ["[{\"x\":\"é\"}]", "[ {\"x\":\"\\u00e9\"} ]"],
        ];
        for [left, right] in texts {
            assert_eq!(key(left), key(right));
        }
        let different = [
            "{}",
            "[]",
            "null",
            "0",
            "false",
            "\"\"",
            "1",
            "-1",
            "1.5",
            "\"1\"",
            "[1]",
            "[[1]]",
            "{\"a\":1}",
            "{\"a\":2}",
            "{\"b\":1}",
            "[1,2]",
            "[2,1]",
            "{\"a\":{\"b\":1}}",
        ];
        let mut keys: Vec<u64> = different.iter().map(|body| key(body)).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), different.len());
    }

    #[test]
    fn frames_of_the_service() {
        let read = |text| Frame::read(text);
        let heartbeat =
            r#"{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}"#;
        assert!(matches!(
            read(heartbeat),
            Some(Frame::Alive { pong: false })
        ));
        let pong = r#"{"topicName":"channel.metadata","eventBody":{"message":"pong"}}"#;
        assert!(matches!(read(pong), Some(Frame::Alive { pong: true })));
        let closing = r#"{"topicName":"v2.system.socket_closing","eventBody":{"message":"bye"}}"#;
        assert!(matches!(read(closing), Some(Frame::Closing)));
        let event =
            r#"{"topicName":"v2.a","version":"2","eventBody":{},"metadata":{"CorrelationId":"c"}}"#;
        let Some(Frame::Event(event)) = read(event) else {
            panic!("an event")
        };
        assert_eq!(event.version.as_deref(), Some("2"));
        assert_eq!(event.correlation_id.as_deref(), Some("c"));
        for garbage in [
            "",
            "{}",
            "[]",
            "{\"topicName\":1}",
            "\u{0}",
            "{\"topicName\":\"v2.a\"",
        ] {
            assert!(read(garbage).is_none(), "{garbage}");
        }
    }
}
