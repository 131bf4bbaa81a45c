//! What hostile or broken hosts do to a client, and what its own user's code does: each test failed
//! before the rule that it is about.

use super::support::{Fake, GET_THINGS, POST_THINGS, answer, broken, builder, client, raw_server};
use crate::runtime::{Attempt, Client, Credentials, Error, Hook, RetryPolicy, TransportErrorKind};
use bytes::Bytes;
use http::Request;
use std::sync::Arc;
use std::time::Duration;

const TOKEN: &str = r#"{"access_token": "t", "token_type": "Bearer", "expires_in": 1000}"#;

fn is_login(request: &Request<Bytes>) -> bool {
    request.uri().path() == "/oauth/token"
}

fn logins(fake: &Fake) -> usize {
    fake.requests().iter().filter(|it| is_login(it)).count()
}

fn by_code(fake: &Arc<Fake>, credentials: &Credentials) -> Client {
    let builder = builder().transport(fake.clone());
    let client = builder.credentials(credentials.clone()).build();
    client.expect("the settings are right")
}

fn by_secret(fake: &Arc<Fake>) -> Client {
    let builder = builder().transport(fake.clone());
    let client = builder.client_credentials("id", "s3cret").build();
    client.expect("the settings are right")
}

fn code() -> Credentials {
    Credentials::authorization_code("id", None, "http://localhost/", "c0de", "verifier")
}

#[tokio::test(start_paused = true)]
async fn an_authorization_code_is_sent_once() {
    // After the token has expired, after a 401, and after an answer that was lost.
    let expiring = TOKEN.replace("1000", "10");
    let refusing = Fake::new(|_, request| {
        if is_login(request) {
            answer(200, TOKEN)
        } else {
            answer(401, "{}")
        }
    });
    let forgetting = Fake::new(move |_, request| {
        if is_login(request) {
            answer(200, &expiring)
        } else {
            answer(200, "{}")
        }
    });
    let losing = Fake::new(|_, request| {
        if is_login(request) {
            broken(TransportErrorKind::Broken)
        } else {
            answer(200, "{}")
        }
    });
    for fake in [refusing, forgetting, losing] {
        let credentials = code();
        // A second client of the same credentials has the same code.
        for client in [by_code(&fake, &credentials), by_code(&fake, &credentials)] {
            for _ in 0..3 {
                let _ = client.call::<()>(&GET_THINGS).await;
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            let error = client.call::<()>(&GET_THINGS).await.expect_err("no token");
            assert!(error.to_string().contains("was used before"), "{error}");
        }
        assert_eq!(logins(&fake), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_that_cannot_have_arrived_is_sent_later() {
    let fake = Fake::new(|before, request| {
        if !is_login(request) {
            answer(200, "{}")
        } else if before == 0 {
            broken(TransportErrorKind::Connect)
        } else {
            answer(200, TOKEN)
        }
    });
    let builder = builder().transport(fake.clone()).credentials(code());
    let client = builder
        .retry(RetryPolicy::never())
        .build()
        .expect("settings");
    client
        .call::<()>(&GET_THINGS)
        .await
        .expect_err("no connection");
    client.call::<()>(&GET_THINGS).await.expect("a token");
    assert_eq!(logins(&fake), 2);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_log_in_is_an_error_of_the_calls_that_wait() {
    let fake = Fake::new(|_, request| {
        assert!(!is_login(request), "the transport's own fault");
        answer(200, "{}")
    });
    let client = by_secret(&fake);
    for _ in 0..3 {
        let call = tokio::time::timeout(Duration::from_secs(60), client.call::<()>(&GET_THINGS));
        let error = call.await.expect("an end").expect_err("no token");
        assert!(matches!(error, Error::Auth(_)), "{error:?}");
    }
}

#[derive(Debug)]
struct Panicking;

impl Hook for Panicking {
    fn before(&self, _: &Attempt, _: &mut Request<Bytes>) -> Result<(), Error> {
        panic!("a secret of the hook")
    }
}

#[tokio::test(start_paused = true)]
async fn a_panicking_hook_ends_the_call_with_an_error() {
    let fake = Fake::new(|_, _| answer(200, "{}"));
    for timeout in [None, Some(Duration::from_secs(9))] {
        let builder = builder().transport(fake.clone()).access_token("t");
        let builder = builder.hook(Arc::new(Panicking)).timeout(timeout);
        let client = builder.build().expect("the settings are right");
        let error = client.call::<()>(&GET_THINGS).await.expect_err("a panic");
        assert!(matches!(error, Error::Transport(_)), "{error:?}");
        assert!(!format!("{error:?}{error}").contains("secret"));
    }
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn a_log_in_on_a_runtime_that_stands_still_is_taken_over() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    };
    let fake = Fake::slow(|before, request| {
        let is_first = before == 0;
        let outcome = if is_login(request) {
            answer(200, TOKEN)
        } else {
            answer(200, "{}")
        };
        Box::pin(async move {
            if is_first {
                std::future::pending::<()>().await;
            }
            outcome
        })
    });
    let builder = builder()
        .transport(fake.clone())
        .client_credentials("id", "s3cret");
    let builder = builder.attempt_timeout(Some(Duration::from_millis(200)));
    let client = builder.build().expect("the settings are right");
    // It is dropped at the end of the test only: its tasks stay, and nobody drives them.
    let still = runtime();
    still.block_on(async {
        let call = client.call::<()>(&GET_THINGS);
        let call = async { call.await };
        let given_up = tokio::time::timeout(Duration::from_millis(50), call).await;
        given_up.expect_err("the host does not answer");
    });
    runtime().block_on(async {
        let call = async { client.call::<()>(&GET_THINGS).await };
        let call = tokio::time::timeout(Duration::from_secs(20), call);
        call.await.expect("an end").expect("another log-in");
    });
    assert_eq!(logins(&fake), 2);
}

#[tokio::test]
async fn only_bearer_tokens_that_a_header_can_carry_are_used() {
    for (token, kind) in [
        ("t", "mac"),
        ("t", "DPoP"),
        ("t", ""),
        ("", "Bearer"),
        ("a b", "Bearer"),
        ("t\\r\\nX-Evil: 1", "Bearer"),
        ("tök", "Bearer"),
    ] {
        let body = format!(r#"{{"access_token": "{token}", "token_type": "{kind}"}}"#);
        let fake = Fake::new(move |_, _| answer(200, &body));
        let error = by_secret(&fake).call::<()>(&GET_THINGS).await;
        let error = error.expect_err("no token");
        assert!(
            matches!(error, Error::Auth(_)),
            "{token:?} {kind:?}: {error:?}"
        );
        assert_eq!(fake.requests().len(), 1, "{token:?} {kind:?}");
    }
    for token in ["", "a b", "a\nb"] {
        let built = builder().access_token(token).build();
        assert!(matches!(built, Err(Error::Auth(_))), "{token:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn fresh_tokens_that_are_refused_are_not_replaced_over_and_over() {
    let fake = Fake::new(|_, request| {
        if is_login(request) {
            answer(200, TOKEN)
        } else {
            answer(401, "{}")
        }
    });
    let client = by_secret(&fake);
    for _ in 0..50 {
        client.call::<()>(&GET_THINGS).await.expect_err("refused");
    }
    assert_eq!(logins(&fake), 2, "one at first, one in its place");
    // After the pause there is another try, and the next pause is longer.
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        client.call::<()>(&GET_THINGS).await.expect_err("refused");
    }
    assert_eq!(logins(&fake), 4);
}

#[tokio::test(start_paused = true)]
async fn one_refusing_operation_does_not_make_the_others_log_in() {
    let fake = Fake::new(|_, request| match request.method().as_str() {
        _ if is_login(request) => answer(200, TOKEN),
        "POST" => answer(401, "{}"),
        _ => answer(200, "{}"),
    });
    let client = by_secret(&fake);
    for _ in 0..50 {
        client.call::<()>(&GET_THINGS).await.expect("an answer");
        client.call::<()>(&POST_THINGS).await.expect_err("refused");
    }
    assert!(logins(&fake) <= 5, "{}", logins(&fake));
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_that_is_told_with_status_400_is_one() {
    let fake = Fake::new(|before, request| match before {
        _ if !is_login(request) => answer(200, "{}"),
        0 => answer(
            400,
            r#"{"error": "invalid_request", "description": "Rate limit exceeded, try later"}"#,
        ),
        _ => answer(200, TOKEN),
    });
    by_secret(&fake)
        .call::<()>(&GET_THINGS)
        .await
        .expect("a token");
    // Another 400 is final.
    let fake = Fake::new(|_, _| answer(400, r#"{"error": "invalid_request"}"#));
    by_secret(&fake)
        .call::<()>(&GET_THINGS)
        .await
        .expect_err("refused");
    assert_eq!(logins(&fake), 1);
}

#[test]
fn secrets_do_not_go_over_plain_http() {
    for url in [
        "http://api.example",
        "http://127.0.0.1.example",
        "http://[2001:db8::1]/x",
    ] {
        let brought = builder().base_url(url).access_token("t");
        let granted = builder().login_url(url).client_credentials("id", "s");
        let set = builder()
            .base_url(url)
            .default_header("authorization", "Basic x");
        for builder in [brought, granted, set] {
            let error = builder.clone().build().expect_err("plain");
            assert!(matches!(error, Error::Config(_)), "{url}: {error:?}");
            builder.allow_plain_http(true).build().expect("allowed");
        }
        builder().base_url(url).build().expect("there is no secret");
    }
    for url in [
        "http://localhost:1",
        "http://127.8.9.1",
        "http://[::1]:80",
        "https://api.example",
    ] {
        builder()
            .base_url(url)
            .access_token("t")
            .build()
            .expect(url);
    }
}

#[test]
fn a_wrong_url_is_not_shown() {
    for url in [
        "https://user:pa55@ho st",
        "https://user:pa55@host",
        "ftp://pa55",
    ] {
        for builder in [builder().base_url(url), builder().login_url(url)] {
            let shown = format!("{builder:?}");
            let error = builder
                .client_credentials("id", "s")
                .build()
                .expect_err(url);
            assert!(
                !format!("{shown}{error:?}{error}").contains("pa55"),
                "{shown} {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_head_of_an_error_decides_whatever_its_body_is() {
    let head = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n";
    for body in [
        "Content-Length: 100\r\n\r\n{\"code\"".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\nzz".to_owned(),
        format!("Content-Length: 99999999999\r\n\r\n{}", "x".repeat(200_000)),
        "\r\n{".to_owned(),
    ] {
        let url = raw_server(format!("{head}{body}"), false).await;
        let call = client(&url)
            .call::<()>(&GET_THINGS)
            .retry(RetryPolicy::never());
        match call.await.expect_err("an error") {
            Error::Api(error) => {
                assert_eq!(error.status(), 429);
                assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
                assert!(error.body().len() <= 64 << 10);
            }
            other => panic!("{other:?}"),
        }
    }
    // The body of a success is what was asked for, so it must be whole.
    let url = raw_server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", false).await;
    let call = client(&url)
        .call::<()>(&GET_THINGS)
        .retry(RetryPolicy::never());
    assert!(matches!(call.await, Err(Error::Transport(_))));
}

#[tokio::test]
async fn a_success_without_a_body_is_an_empty_value() {
    for body in ["", " \n"] {
        let fake = Fake::new(move |_, _| answer(202, body));
        let client = by_token(&fake);
        let list = client.call::<Vec<String>>(&GET_THINGS).send().await;
        let list = list.expect("a success");
        assert!(list.is_body_empty() && list.get().is_empty());
        let json = client.call::<serde_json::Value>(&GET_THINGS).await;
        assert!(json.expect("a success").is_null());
    }
    let fake = Fake::new(|_, _| answer(200, "[]"));
    let list = by_token(&fake)
        .call::<Vec<String>>(&GET_THINGS)
        .send()
        .await;
    assert!(!list.expect("a success").is_body_empty());
}

fn by_token(fake: &Arc<Fake>) -> Client {
    let builder = builder().transport(fake.clone()).access_token("t");
    builder.build().expect("the settings are right")
}
