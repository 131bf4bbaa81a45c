//! The URLs of a client's hosts, checked. Pure. They may hold a password where they are no URL as well,
//! so no error shows one.

use crate::runtime::error::{ConfigErrorKind, Error};
use http::Uri;
use std::net::IpAddr;

/// `http` or `https`, a host, perhaps a port and a path; without a trailing slash.
pub(super) fn checked_url(url: &str) -> Result<String, Error> {
    let parsed = parse(url)?;
    let authority = parsed.authority().map_or("", |it| it.as_str());
    let is_plain = matches!(parsed.scheme_str(), Some("http" | "https"))
        && !authority.contains('@')
        && !authority.ends_with(':')
        && !parsed.host().unwrap_or_default().is_empty()
        // A port that is too large is none to the parser.
        && (parsed.port().is_some() || !after_host(authority).contains(':'))
        && parsed.query().is_none()
        // The parser drops a fragment.
        && !url.contains('#');
    if is_plain {
        Ok(parsed.to_string().trim_end_matches('/').to_owned())
    } else {
        Err(Error::config_text(
            ConfigErrorKind::Url,
            "a URL to connect to is http or https, without user, query or fragment",
        ))
    }
}

/// What follows the host: in brackets, it holds colons itself.
fn after_host(authority: &str) -> &str {
    authority
        .rsplit_once(']')
        .map_or(authority, |(_, rest)| rest)
}

/// Refuses `http://` to a host that is not this machine.
pub(crate) fn refuse_plain_http(url: &str) -> Result<(), Error> {
    let parsed = parse(url)?;
    let host = parsed.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = host == "localhost"
        || host.ends_with(".localhost")
        || address.parse().is_ok_and(|it: IpAddr| it.is_loopback());
    if parsed.scheme_str() == Some("https") || is_local {
        return Ok(());
    }
    Err(Error::config_text(
        ConfigErrorKind::PlainHttp,
        format!(
            "`{host}` would be sent tokens and secrets without TLS; use https, or `allow_plain_http`"
        ),
    ))
}

fn parse(url: &str) -> Result<Uri, Error> {
    Uri::try_from(url)
        .map_err(|error| Error::config(ConfigErrorKind::Url, "a URL to connect to", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_to_connect_to() {
        for (url, checked) in [
            ("https://api.example", "https://api.example"),
            ("HTTPS://api.example/", "https://api.example"),
            ("http://[::1]:8080/base/", "http://[::1]:8080/base"),
            ("https://gw:444/a//b", "https://gw:444/a//b"),
        ] {
            assert_eq!(checked_url(url).expect(url), checked);
        }
        for url in [
            "",
            "nowhere",
            "/path",
            "ftp://a",
            "https://",
            "https:///a",
            "https://:80",
            "https://a:",
            "https://a:99999",
            "https://[::1]:99999",
            "https://a:b",
            "https://u@a",
            "https://u:p@a",
            "https://a?b",
            "https://a/?",
            "https://a/#b",
            "https://a b",
            " https://a",
            "https://a\\b",
            "https://ä",
        ] {
            checked_url(url).expect_err(url);
        }
    }

    #[test]
    fn only_this_machine_is_sent_secrets_in_plain_text() {
        for url in [
            "https://a",
            "http://localhost:80",
            "http://a.localhost",
            "http://127.0.0.2",
            "http://[::1]:8",
        ] {
            refuse_plain_http(url).expect(url);
        }
        for url in [
            "http://a",
            "http://localhost.a",
            "http://127.0.0.1.a",
            "http://128.0.0.1",
            "http://[::2]",
            "http://127.1",
        ] {
            refuse_plain_http(url).expect_err(url);
        }
    }
}
