//! Logging in and staying in: every grant, expiry, 401, single flight, failure, secrecy.
//!
//! Longer than most files: one test for each sentence on logging in.

use super::support::{Fake, GET_THINGS, POST_THINGS, answer, broken, builder};
use crate::runtime::{
    AuthErrorKind, Call, Client, ClientBuilder, Credentials, Error, RequestParts,
    TransportErrorKind,
};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

type Request = http::Request<bytes::Bytes>;

fn is_login(request: &Request) -> bool {
    request.uri().path().ends_with("/oauth/token")
}

fn token_answer(number: usize) -> String {
    format!(r#"{{"access_token": "token-{number}", "token_type": "bearer", "expires_in": 1000}}"#)
}

fn client(builder: ClientBuilder, fake: &Arc<Fake>) -> Client {
    let client = builder.transport(fake.clone()).build();
    client.expect("the settings are right")
}

fn by_client_credentials(fake: &Arc<Fake>) -> Client {
    client(builder().client_credentials("id", "s3cret"), fake)
}

fn get(client: &Client) -> Call<()> {
    Call::new(RequestParts::new(client, &GET_THINGS))
}

fn form(request: &Request) -> BTreeMap<String, String> {
    let query = String::from_utf8(request.body().to_vec()).expect("a form");
    let url = format!("http://localhost/?{query}");
    let url = reqwest::Url::parse(&url).expect("a form");
    url.query_pairs().into_owned().collect()
}

fn logins(fake: &Fake) -> Vec<Request> {
    fake.requests().into_iter().filter(is_login).collect()
}

/// Answers each log-in with the next token, and calls with 200.
fn giving(extra: &'static str) -> Arc<Fake> {
    Fake::new(move |before, request| {
        if is_login(request) {
            answer(200, &token_answer(before).replace('}', extra))
        } else {
            answer(200, "{}")
        }
    })
}

#[tokio::test]
async fn client_credentials() {
    let fake = giving("}");
    let client = by_client_credentials(&fake);
    get(&client).await.expect("an answer");
    get(&client).await.expect("an answer");
    let requests = fake.requests();
    assert_eq!(requests.len(), 3);
    let login = &requests[0];
    assert_eq!(login.method(), "POST");
    assert_eq!(login.uri(), "https://login.mypurecloud.com/oauth/token");
    assert_eq!(login.headers()[AUTHORIZATION], "Basic aWQ6czNjcmV0");
    assert!(login.headers()[AUTHORIZATION].is_sensitive());
    assert_eq!(
        form(login),
        BTreeMap::from([("grant_type".into(), "client_credentials".into())])
    );
    for call in &requests[1..] {
        assert_eq!(call.headers()[AUTHORIZATION], "Bearer token-0");
        assert!(call.headers()[AUTHORIZATION].is_sensitive());
    }
}

#[tokio::test]
async fn saml2_bearer() {
    let fake = giving("}");
    let credentials = Credentials::saml2_bearer("id", "s3cret", "our org", "PHNhbWw+");
    let client = client(
        builder().region_name("eu_west_1").credentials(credentials),
        &fake,
    );
    client.log_in().await.expect("a token");
    let login = &fake.requests()[0];
    assert_eq!(login.uri(), "https://login.mypurecloud.ie/oauth/token");
    assert_eq!(login.headers()[AUTHORIZATION], "Basic aWQ6czNjcmV0");
    let expected = [
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:saml2-bearer",
        ),
        ("orgName", "our org"),
        ("assertion", "PHNhbWw+"),
    ];
    assert_eq!(
        form(login),
        expected.map(|(k, v)| (k.into(), v.into())).into()
    );
}

#[tokio::test]
async fn authorization_code_with_pkce_then_its_refresh_token() {
    let fake = giving(r#", "refresh_token": "r-1"}"#);
    let builder = builder().login_url("https://gateway/login/");
    let start = || {
        let request = builder.authorization_request("id", None, "http://localhost:8080/back?a=b");
        request.expect("the settings are right")
    };
    let request = start();
    let url = reqwest::Url::parse(request.url()).expect("a URL");
    assert!(
        request
            .url()
            .starts_with("https://gateway/login/oauth/authorize?")
    );
    let query: BTreeMap<_, _> = url.query_pairs().collect();
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["client_id"], "id");
    assert_eq!(query["redirect_uri"], "http://localhost:8080/back?a=b");
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["state"], request.state());
    let verifier = request.verifier().to_owned();

    let forged = start().credentials("c0de", request.state());
    let Err(Error::Auth(error)) = forged else {
        panic!("a forged redirect is taken")
    };
    assert_eq!(error.kind(), AuthErrorKind::StateMismatch);
    let state = request.state().to_owned();
    let credentials = request.credentials("c0de", &state).expect("its own state");
    let client = client(builder.clone().credentials(credentials), &fake);
    client.log_in().await.expect("a token");
    let login = &fake.requests()[0];
    assert_eq!(login.uri(), "https://gateway/login/oauth/token");
    let sent = form(login);
    assert_eq!(sent["grant_type"], "authorization_code");
    assert_eq!(sent["code"], "c0de");
    assert_eq!(sent["redirect_uri"], "http://localhost:8080/back?a=b");
    assert_eq!(sent["client_id"], "id");
    assert_eq!(sent["code_verifier"], verifier);
    // RFC 7636 section 4.2: the challenge is the verifier's SHA-256.
    assert!((43..=128).contains(&verifier.len()), "RFC 7636 section 4.1");
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    assert_eq!(query["code_challenge"], challenge);
    assert_ne!(start().verifier(), verifier);
    assert_ne!(start().state(), state);
    assert_eq!(client.refresh_token().as_deref(), Some("r-1"));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_refreshed_before_it_expires() {
    let fake = giving(r#", "refresh_token": "r-2"}"#);
    let credentials = Credentials::refresh_token("id", Some("s3cret".into()), "r-1");
    let client = client(builder().credentials(credentials), &fake);
    get(&client).await.expect("an answer");
    tokio::time::advance(Duration::from_secs(900)).await;
    get(&client).await.expect("an answer");
    // It lives for 1000 s, and is not used in the last 60.
    tokio::time::advance(Duration::from_secs(41)).await;
    get(&client).await.expect("an answer");
    let logins = logins(&fake);
    let tokens: Vec<_> = logins
        .iter()
        .map(|it| form(it)["refresh_token"].clone())
        .collect();
    assert_eq!(tokens, ["r-1", "r-2"]);
    assert_eq!(form(&logins[0])["grant_type"], "refresh_token");
    let last = fake.requests().pop().expect("a request");
    assert_eq!(last.headers()[AUTHORIZATION], "Bearer token-3");
}

#[tokio::test]
async fn a_refresh_token_that_ended_falls_back_to_a_lasting_grant() {
    let saml = Credentials::saml2_bearer("id", "s3cret", "org", "PHNhbWw+");
    let saml2 = "urn:ietf:params:oauth:grant-type:saml2-bearer";
    for (builder, grant) in [
        (
            builder().client_credentials("id", "s3cret"),
            "client_credentials",
        ),
        (builder().credentials(saml), saml2),
    ] {
        let fake = Fake::new(|before, request| match before {
            _ if !is_login(request) => answer(if before == 1 { 401 } else { 200 }, "{}"),
            0 => answer(
                200,
                &token_answer(0).replace('}', r#", "refresh_token": "r"}"#),
            ),
            2 => answer(400, r#"{"error": "invalid_grant"}"#),
            _ => answer(200, &token_answer(before)),
        });
        get(&client(builder, &fake)).await.expect("an answer");
        let grants: Vec<_> = logins(&fake)
            .iter()
            .map(|it| form(it)["grant_type"].clone())
            .collect();
        assert_eq!(grants, [grant, "refresh_token", grant]);
    }
}

#[test]
fn the_paths_of_the_log_in_host_are_the_clients() {
    let builder = builder().oauth_paths("/t/token", "/a/authorize");
    let request = builder.authorization_request("id", None, "http://localhost/");
    let url = request.expect("a redirect URI").url().to_string();
    assert!(url.contains("/a/authorize?"), "{url}");
}

#[tokio::test]
async fn two_hundred_calls_with_an_expired_token_cause_one_refresh() {
    // The API takes none but the second token, which is the answer to the request after 201 others.
    let fake = Fake::slow(|before, request| {
        let login = is_login(request);
        let fresh = request.headers()[AUTHORIZATION] == "Bearer token-201";
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            match (login, fresh) {
                (true, _) => answer(200, &token_answer(before)),
                (false, true) => answer(200, "{}"),
                (false, false) => answer(401, "{}"),
            }
        })
    });
    let all = builder()
        .client_credentials("id", "s3cret")
        .max_in_flight(None);
    let client = client(all, &fake);
    client
        .log_in()
        .await
        .expect("the token that will not be taken");
    let calls: Vec<_> = (0..200)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    assert_eq!(logins(&fake).len(), 2);
    assert_eq!(fake.requests().len(), 2 + 2 * 200);
}

#[tokio::test]
async fn waiting_calls_share_one_log_in_and_its_failure() {
    let fake = Fake::slow(|_, request| {
        assert!(is_login(request), "sent without a token");
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            answer(
                400,
                r#"{"error": "invalid_client", "description": "client not found"}"#,
            )
        })
    });
    let client = by_client_credentials(&fake);
    let calls: Vec<_> = (0..200)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        let error = call.await.expect("no panic").expect_err("no token");
        assert_eq!(
            error.to_string(),
            "the log-in failed: the log-in host refused (invalid_client): client not found"
        );
    }
    assert_eq!(fake.requests().len(), 1);
    // The next one tries again.
    client.log_in().await.expect_err("no token");
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test]
async fn a_call_that_is_dropped_does_not_take_the_log_in_with_it() {
    let fake = Fake::slow(|_, request| {
        let login = is_login(request);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            answer(
                200,
                &if login {
                    token_answer(0)
                } else {
                    "{}".to_owned()
                },
            )
        })
    });
    let client = by_client_credentials(&fake);
    let mut dropped = Box::pin(get(&client).into_future());
    let waits = tokio::time::timeout(Duration::from_millis(1), &mut dropped).await;
    waits.expect_err("it waits for the log-in");
    drop(dropped);
    get(&client).await.expect("an answer");
    assert_eq!(logins(&fake).len(), 1);
}

#[test]
fn a_log_in_that_went_down_with_its_runtime_is_begun_again() {
    let fake = Fake::slow(|before, _| {
        Box::pin(async move {
            if before == 0 {
                std::future::pending::<()>().await;
            }
            answer(200, &token_answer(1))
        })
    });
    let client = by_client_credentials(&fake);
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    };
    let given_up = async { tokio::time::timeout(Duration::from_millis(5), client.log_in()).await };
    let first = runtime().block_on(given_up);
    assert!(first.is_err(), "the first log-in never ends");
    runtime().block_on(client.log_in()).expect("a token");
}

#[tokio::test]
async fn a_request_is_replayed_once_at_most() {
    let fake = Fake::new(|before, request| {
        if is_login(request) {
            answer(200, &token_answer(before))
        } else {
            answer(401, r#"{"code": "bad.credentials"}"#)
        }
    });
    let client = by_client_credentials(&fake);
    // 401 says that nothing was done, so a POST is replayed too.
    let call = Call::<()>::new(RequestParts::new(&client, &POST_THINGS).body("x"));
    let error = call.await.expect_err("never authorized");
    assert!(matches!(error, Error::Api(error) if error.code() == Some("bad.credentials")));
    let paths: Vec<_> = fake
        .requests()
        .iter()
        .map(|it| it.uri().path().to_owned())
        .collect();
    let (login, call) = ("/oauth/token", "/api/v2/things");
    assert_eq!(paths, [login, call, login, call]);
    assert_eq!(fake.requests()[3].body(), "\"x\"");
}

#[tokio::test]
async fn a_brought_token_is_not_refreshed() {
    let fake = Fake::new(|_, _| answer(401, "{}"));
    let client = client(builder().access_token("mine"), &fake);
    get(&client).await.expect_err("unauthorized");
    assert_eq!(fake.requests().len(), 1);
    assert_eq!(fake.requests()[0].headers()[AUTHORIZATION], "Bearer mine");
}

#[tokio::test]
async fn without_credentials_and_with_the_callers_own_no_token_is_sent() {
    let fake = Fake::new(|_, _| answer(200, "{}"));
    get(&client(builder(), &fake)).await.expect("an answer");
    assert!(!fake.requests()[0].headers().contains_key(AUTHORIZATION));
    let client = by_client_credentials(&fake);
    get(&client)
        .header("Authorization", "Mine")
        .await
        .expect("an answer");
    assert_eq!(fake.requests()[1].headers()[AUTHORIZATION], "Mine");
}

#[tokio::test(start_paused = true)]
async fn a_log_in_host_that_is_not_reached_or_babbles_is_told() {
    let unreached = Fake::new(|_, _| broken(TransportErrorKind::Connect));
    let error = by_client_credentials(&unreached)
        .log_in()
        .await
        .expect_err("no token");
    let cause = error
        .source()
        .and_then(|it| it.source())
        .expect("a cause of the cause");
    assert_eq!(cause.to_string(), "cut by the test");
    for (status, body) in [
        (200, "<html>"),
        (200, r#"{"access_token": 12345, "token_type": "bearer"}"#),
        (200, r#"{"access_token": "a\nb", "token_type": "bearer"}"#),
        (204, ""),
        (503, "<html>"),
    ] {
        let fake = Fake::new(move |_, _| answer(status, body));
        let error = by_client_credentials(&fake).log_in().await.expect_err(body);
        assert!(matches!(error, Error::Auth(_)), "{error:?}");
        assert!(!format!("{error:?}").contains("12345"), "{error:?}");
    }
}

#[tokio::test]
async fn no_debug_shows_a_secret() {
    let fake = giving(r#", "refresh_token": "r3fresh"}"#);
    let credentials = [
        Credentials::access_token("s3cret"),
        Credentials::client_credentials("id", "s3cret"),
        Credentials::saml2_bearer("id", "s3cret", "org", "s3cret-assertion"),
        Credentials::refresh_token("id", Some("s3cret".into()), "s3cret-token"),
    ];
    for credentials in credentials {
        let builder = builder()
            .default_header("Authorization", "s3cret")
            .credentials(credentials.clone());
        let client = client(builder.clone(), &fake);
        let builder = builder.proxy("http://user:s3cret@proxy");
        client.log_in().await.expect("a token");
        let call = get(&client);
        let request = get(&client).into_request().expect("nothing is refused");
        let shown = format!("{credentials:?} {builder:?} {client:?} {call:?} {request:?}");
        for secret in ["s3cret", "r3fresh", "token-0"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    let request = builder().authorization_request("id", Some("s3cret".into()), "http://localhost/");
    let shown = format!("{:?}", request.expect("the settings are right"));
    assert!(
        !shown.contains("s3cret") && !shown.contains("verifier"),
        "{shown}"
    );
}

#[test]
fn a_token_that_no_header_field_can_hold_is_refused_without_showing_it() {
    let error = builder()
        .access_token("s3cret\n")
        .build()
        .expect_err("refused");
    assert!(matches!(error, Error::Auth(_)));
    assert!(!format!("{error:?} {error}").contains("s3cret"));
}
