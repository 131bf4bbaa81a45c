//! `Retry-After` (RFC 9110 section 10.2.3): seconds, or an HTTP date in any of its three forms
//! (section 5.6.7). Reads the clock for the latter.

use http::HeaderMap;
use http::header::RETRY_AFTER;
use std::time::{Duration, SystemTime};

/// How long to wait; a date that has passed is no wait. Nothing where it is absent or garbled. Of several,
/// the longest.
pub(crate) fn read(headers: &HeaderMap) -> Option<Duration> {
    let fields = headers.get_all(RETRY_AFTER).into_iter();
    fields
        .filter_map(|field| read_one(field.to_str().ok()?.trim()))
        .max()
}

fn read_one(text: &str) -> Option<Duration> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        // More seconds than fit are as good as for ever.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &'static str) -> Option<Duration> {
        let value = http::HeaderValue::from_static(text);
        read(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
    }

    #[test]
    fn seconds_and_dates() {
        assert_eq!(read_text("0"), Some(Duration::ZERO));
        assert_eq!(read_text("120"), Some(Duration::from_secs(120)));
        assert_eq!(
            read_text("99999999999999999999999"),
            Some(Duration::from_secs(u64::MAX))
        );
        for past in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(read_text(past), Some(Duration::ZERO), "{past}");
        }
        let far = read_text("Sun, 06 Nov 2394 08:49:37 GMT").expect("a date");
        assert!(far > Duration::from_secs(10 * 365 * 86_400));
    }

    #[test]
    fn garbage_is_as_good_as_nothing() {
        for text in ["", "soon", "-1", "1.5"] {
            assert_eq!(read_text(text), None, "{text}");
        }
        assert_eq!(read(&HeaderMap::new()), None);
    }
}
