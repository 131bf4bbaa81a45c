//! The vendor's error bodies (its model `ErrorBody`), read by hand. A body of another shape, such as
//! a gateway's page, gives an empty one.

use crate::runtime::model::lenient;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// An error body of the vendor. `Debug` shows what may go to any log: not what the message is made of, nor the
/// names of things.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The error code, such as `not.found`.
    pub code: Option<String>,
    /// The message, in English.
    pub message: Option<String>,
    /// The parameters of the message, by name.
    pub message_params: BTreeMap<String, String>,
    /// The id of the request in the vendor's logs: the correlation id.
    pub context_id: Option<String>,
    /// The id of the entity that the error is about.
    pub entity_id: Option<String>,
    /// The name of the entity that the error is about.
    pub entity_name: Option<String>,
    /// Errors of single fields of the request.
    pub details: Vec<ErrorDetail>,
    /// Errors of single parts, for example of a bulk operation.
    pub errors: Vec<ErrorBody>,
    /// On 429, the limit that was exceeded.
    pub limit: Option<ErrorLimit>,
}

/// What is wrong with one field of a request. `Debug` shows no name of a thing.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// The error code.
    pub error_code: Option<String>,
    /// The field.
    pub field_name: Option<String>,
    /// The id of the entity that the error is about.
    pub entity_id: Option<String>,
    /// The name of the entity that the error is about.
    pub entity_name: Option<String>,
}

/// A limit of the vendor's platform.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ErrorLimit {
    /// Its name, such as `token.rate.per.minute`.
    pub key: Option<String>,
    /// What it belongs to, such as `platform.api`.
    pub namespace: Option<String>,
    /// The value of the limit.
    pub value: Option<i64>,
}

impl ErrorBody {
    pub(super) fn read(body: &[u8]) -> Self {
        Self::of(&lenient(body).unwrap_or_default())
    }

    fn of(json: &Value) -> Self {
        let params = json.get("messageParams").and_then(Value::as_object);
        let params = params.into_iter().flatten();
        let param = |(name, value): (&String, &Value)| Some((name.clone(), plain(value)?));
        Self {
            code: text(json, "code"),
            message: text(json, "message"),
            message_params: params.filter_map(param).collect(),
            context_id: text(json, "contextId"),
            entity_id: text(json, "entityId"),
            entity_name: text(json, "entityName"),
            details: list(json, "details").map(ErrorDetail::of).collect(),
            errors: list(json, "errors").map(Self::of).collect(),
            limit: json.get("limit").and_then(ErrorLimit::of),
        }
    }

    /// The permissions that the body names: in `messageParams`, otherwise in the message.
    pub(super) fn permissions(&self) -> Vec<&str> {
        let params = self.message_params.get("permissions");
        let found = params.map(|text| permissions(text)).unwrap_or_default();
        if found.is_empty() {
            return permissions(self.message.as_deref().unwrap_or_default());
        }
        found
    }
}

impl ErrorDetail {
    fn of(json: &Value) -> Self {
        Self {
            error_code: text(json, "errorCode"),
            field_name: text(json, "fieldName"),
            entity_id: text(json, "entityId"),
            entity_name: text(json, "entityName"),
        }
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBody")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("context_id", &self.context_id)
            .field("details", &self.details)
            .field("errors", &self.errors)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorDetail")
            .field("error_code", &self.error_code)
            .field("field_name", &self.field_name)
            .finish_non_exhaustive()
    }
}

impl ErrorLimit {
    fn of(json: &Value) -> Option<Self> {
        json.is_object().then(|| Self {
            key: text(json, "key"),
            namespace: text(json, "namespace"),
            value: json.get("value").and_then(Value::as_i64),
        })
    }
}

fn text(json: &Value, key: &str) -> Option<String> {
    json.get(key)?.as_str().map(str::to_owned)
}

fn list<'a>(json: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let list = json.get(key).and_then(Value::as_array);
    list.into_iter().flatten()
}

/// A text, or a number or boolean as it is written.
fn plain(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(json.to_string()),
        _ => None,
    }
}

/// Words of the form `domain:entity:action`.
fn permissions(text: &str) -> Vec<&str> {
    let words =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-' | '*')));
    let is_permission = |word: &&str| {
        let parts = word.split(':');
        let starts = word.starts_with(|c: char| c.is_ascii_alphabetic());
        starts && parts.clone().count() == 3 && parts.clone().all(|part| !part.is_empty())
    };
    words
        .map(|word| word.trim_end_matches(':'))
        .filter(is_permission)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ErrorBody, permissions};

    #[test]
    fn all_of_it_is_read() {
        let body = br#"{"message":"No.","code":"bad.request","status":400,"contextId":"c-1",
            "entityId":"e","entityName":"Q","messageParams":{"count":3,"who":"x","odd":[]},
            "details":[{"errorCode":"too.long","fieldName":"name","entityId":"e","entityName":"Q"}],
            "errors":[{"code":"inner","message":"In."}],
            "limit":{"key":"token.rate.per.minute","namespace":"platform.api","value":300}}"#;
        let body = ErrorBody::read(body);
        assert_eq!(body.code.as_deref(), Some("bad.request"));
        assert_eq!(body.message_params["count"], "3");
        assert_eq!(body.message_params.len(), 2);
        assert_eq!(body.details[0].field_name.as_deref(), Some("name"));
        assert_eq!(body.details[0].error_code.as_deref(), Some("too.long"));
        assert_eq!(body.errors[0].code.as_deref(), Some("inner"));
        let limit = body.limit.expect("there is one");
        assert_eq!(limit.value, Some(300));
        assert_eq!(limit.key.as_deref(), Some("token.rate.per.minute"));
    }

    #[test]
    fn another_shape_says_nothing() {
        for body in [
            "",
            "<html>",
            "[]",
            "3",
            r#"{"details":3,"errors":{},"limit":"x","code":1}"#,
        ] {
            let body = ErrorBody::read(body.as_bytes());
            assert!(body.code.is_none() && body.details.is_empty() && body.limit.is_none());
        }
    }

    #[test]
    fn permissions_are_found_in_sentences() {
        assert_eq!(
            permissions(
                "You are missing: [routing:queue:add, routing:queue:edit]. See https://a.b:80/x"
            ),
            ["routing:queue:add", "routing:queue:edit"]
        );
        assert!(permissions("at 12:30:00 a::b").is_empty());
        assert!(permissions("none: at all").is_empty());
    }
}
