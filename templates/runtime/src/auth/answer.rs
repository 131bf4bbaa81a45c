//! The log-in host's answer (RFC 6749 section 5.1). Pure. No error shows a value of it.

use super::Secret;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;

/// A token as the log-in host gives it.
#[derive(Clone, Debug)]
pub(crate) struct TokenAnswer {
    pub access_token: Secret,
    /// `Bearer`, in any case, is the only one that is known here.
    pub token_type: String,
    /// Nothing where the host does not say, or says what is no time: then a 401 tells.
    pub expires_in: Option<Duration>,
    pub refresh_token: Option<Secret>,
}

impl TokenAnswer {
    /// Reads the body of a successful answer, or says what is wrong with it.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        // What is not asked for is not decoded, whatever its size and depth.
        let Ok(answer) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(body) else {
            return Err("it is not a JSON object".to_owned());
        };
        let text = |key: &str| match answer.get(key) {
            None => Ok(None),
            Some(json) => serde_json::from_str::<Option<String>>(json.get())
                .map_err(|_| format!("its `{key}` is not a text")),
        };
        let missing = |key: &str| format!("it has no `{key}`");
        Ok(Self {
            access_token: text("access_token")?
                .map(Secret::new)
                .ok_or_else(|| missing("access_token"))?,
            token_type: text("token_type")?.ok_or_else(|| missing("token_type"))?,
            refresh_token: text("refresh_token")?.map(Secret::new),
            expires_in: answer.get("expires_in").and_then(|json| seconds(json)),
        })
    }
}

/// A number of seconds; some hosts write it as a text. It is a hint, so an odd one does not lose the token,
/// and one of less than a second does not make every call log in.
fn seconds(json: &RawValue) -> Option<Duration> {
    let seconds = match serde_json::from_str(json.get()).ok()? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let seconds = seconds.filter(|seconds| *seconds >= 1.0)?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TokenAnswer, String> {
        TokenAnswer::read(text.as_bytes())
    }

    #[test]
    fn a_token_with_all_and_with_what_it_must_have() {
        let all = r#"{"access_token": "a", "token_type": "bearer", "expires_in": 60, "refresh_token": "r", "more": []}"#;
        let all = read(all).expect("a token");
        assert_eq!(all.access_token.reveal(), "a");
        assert_eq!(all.expires_in, Some(Duration::from_secs(60)));
        assert_eq!(all.refresh_token.expect("one").reveal(), "r");
        let least = r#"{"access_token": "a", "token_type": "Bearer", "refresh_token": null}"#;
        let least = read(least).expect("a token");
        assert_eq!((least.expires_in, least.refresh_token), (None, None));
        let text = read(r#"{"access_token": "a", "token_type": "b", "expires_in": "86399"}"#);
        let lifetime = text.expect("a token").expires_in;
        assert_eq!(lifetime, Some(Duration::from_secs(86_399)));
    }

    #[test]
    fn what_is_wrong_is_told_without_its_value() {
        for (text, why) in [
            ("<html>", "it is not a JSON object"),
            ("[]", "it is not a JSON object"),
            ("{}", "it has no `access_token`"),
            (r#"{"access_token": "s3cret"}"#, "it has no `token_type`"),
            (
                r#"{"access_token": ["s3cret"], "token_type": "bearer"}"#,
                "its `access_token` is not a text",
            ),
        ] {
            assert_eq!(read(text).expect_err(text), why);
        }
    }
}
