//! Real connections on loopback: time limits, bodies that are too large or cut, TLS, proxies.
//!
//! The certificates in `fixtures/tls` are for these tests alone: a root whose key is gone, and a
//! server's and a client's that it signed, valid for a hundred years.

use super::support::{GET_THINGS, builder, raw_server};
use crate::runtime::{
    Attempt, Backoff, Call, Client, ClientBuilder, Error, Hook, RequestParts, RetryPolicy,
    TimeoutKind, TransportErrorKind,
};
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
pub const CA: &[u8] = include_bytes!("../fixtures/tls/ca.pem");
pub const SERVER: &[u8] = include_bytes!("../fixtures/tls/server.pem");
pub const CLIENT: &[u8] = include_bytes!("../fixtures/tls/client.pem");

fn build(builder: ClientBuilder) -> Client {
    let builder = builder.retry(RetryPolicy::never());
    builder.build().expect("the settings are right")
}

fn call(client: &Client) -> Call<()> {
    Call::new(RequestParts::new(client, &GET_THINGS))
}

fn transport(outcome: Result<(), Error>) -> TransportErrorKind {
    match outcome {
        Err(Error::Transport(error)) => error.kind(),
        other => panic!("another kind: {other:?}"),
    }
}

fn timeout(outcome: Result<(), Error>) -> (TimeoutKind, Option<Duration>) {
    match outcome {
        Err(Error::Timeout(error)) => (error.kind(), error.limit()),
        other => panic!("another kind: {other:?}"),
    }
}

#[tokio::test]
async fn an_attempt_and_a_call_have_their_time() {
    let server = raw_server("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", true).await;
    let short = Duration::from_millis(50);
    let attempt = build(builder().base_url(&server).attempt_timeout(Some(short)));
    assert_eq!(
        timeout(call(&attempt).await),
        (TimeoutKind::Attempt, Some(short))
    );
    let whole = build(builder().base_url(&server).timeout(Some(short)));
    assert_eq!(
        timeout(call(&whole).await),
        (TimeoutKind::Call, Some(short))
    );
    let own = Duration::from_millis(20);
    let outcome = call(&attempt).timeout(own).await;
    assert_eq!(timeout(outcome), (TimeoutKind::Call, Some(own)));
}

#[tokio::test]
async fn connecting_has_its_time() {
    // It accepts TCP and then says nothing, so that TLS is never agreed on.
    let server = raw_server("", true).await.replace("http", "https");
    let short = Duration::from_millis(50);
    let client = build(
        builder()
            .base_url(server)
            .root_certificates(CA)
            .connect_timeout(short),
    );
    assert_eq!(
        timeout(call(&client).await),
        (TimeoutKind::Connect, Some(short))
    );
}

#[tokio::test]
async fn bodies_that_are_cut_or_too_large_are_told_apart() {
    let cut = raw_server("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", false).await;
    assert_eq!(
        transport(call(&build(builder().base_url(cut))).await),
        TransportErrorKind::Broken
    );
    let garbage = raw_server("garbage\r\n\r\n", false).await;
    let client = build(builder().base_url(garbage));
    assert_eq!(transport(call(&client).await), TransportErrorKind::Broken);
    for large in [
        "HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n{",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n6\r\nfghijk\r\n",
    ] {
        let client = build(
            builder()
                .base_url(raw_server(large, true).await)
                .max_body_size(10),
        );
        assert_eq!(
            transport(call(&client).await),
            TransportErrorKind::TooLarge,
            "{large}"
        );
    }
    let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
                  3\r\n{\"a\r\n6\r\n\": \"b\"\r\n1\r\n}\r\n0\r\n\r\n";
    let client = build(
        builder()
            .base_url(raw_server(chunks, true).await)
            .max_body_size(10),
    );
    let call = Call::<serde_json::Value>::new(RequestParts::new(&client, &GET_THINGS));
    assert_eq!(call.await.expect("an answer")["a"], "b");
}

/// Counts attempts.
#[derive(Default)]
struct Attempts(AtomicUsize);

impl Hook for Attempts {
    fn before(&self, _: &Attempt, _: &mut http::Request<bytes::Bytes>) -> Result<(), Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::test]
async fn no_connection_is_tried_again() {
    let again = Backoff::default().max_retries(2).min_delay(Duration::ZERO);
    let attempts = Arc::new(Attempts::default());
    let refused = builder().base_url("http://127.0.0.1:1");
    let client = refused.retry(again).hook(attempts.clone()).build();
    let outcome = call(&client.expect("the settings are right")).await;
    assert_eq!(transport(outcome), TransportErrorKind::Connect);
    assert_eq!(attempts.0.swap(0, Ordering::Relaxed), 3);
    // It accepts TCP and then says nothing, as above.
    let server = raw_server("", true).await.replace("http", "https");
    let silent = builder()
        .base_url(server)
        .root_certificates(CA)
        .connect_timeout(Duration::from_millis(20));
    let client = silent.retry(again).hook(attempts.clone()).build();
    let outcome = call(&client.expect("the settings are right")).await;
    assert_eq!(timeout(outcome).0, TimeoutKind::Connect);
    assert_eq!(attempts.0.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = raw_server(OK, false).await;
    let answer =
        format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
    let client = build(
        builder()
            .base_url(raw_server(answer, false).await)
            .access_token("mine"),
    );
    let error = call(&client).await.expect_err("a redirect");
    assert!(matches!(error, Error::Api(error) if error.status() == 302));
}

#[tokio::test]
async fn no_error_shows_the_query() {
    let client = build(builder().base_url("http://127.0.0.1:1"));
    let parts = RequestParts::new(&client, &GET_THINGS).query("q", &"s3cret");
    let error = Call::<()>::new(parts).await.expect_err("no connection");
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn a_proxy_is_asked() {
    let proxy = raw_server(OK, false).await;
    let client = build(builder().base_url("http://api.invalid").proxy(&proxy));
    call(&client).await.expect("the proxy's answer");
    let error = builder()
        .proxy("http://user:s3cret@")
        .build()
        .expect_err("no URL");
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn ones_own_reqwest_client_is_used_and_not_mixed_with_settings() {
    let server = raw_server(OK, false).await;
    // It has no TLS provider of its own.
    let _ = crypto::ring::default_provider().install_default();
    let own = reqwest::Client::builder()
        .user_agent("unused")
        .build()
        .expect("a client");
    let client = build(builder().base_url(&server).reqwest_client(own.clone()));
    call(&client).await.expect("an answer");
    for builder in [
        builder().reqwest_client(own.clone()).proxy("http://proxy"),
        builder().reqwest_client(own.clone()).root_certificates(CA),
        builder()
            .reqwest_client(own.clone())
            .connect_timeout(Duration::from_secs(1)),
        builder()
            .transport(super::support::Fake::new(|_, _| unreachable!()))
            .reqwest_client(own),
    ] {
        assert!(matches!(builder.build(), Err(Error::Config(_))));
    }
}

/// The server's side of TLS; with `ask`, only for clients that have a certificate.
pub fn acceptor(ask: bool) -> TlsAcceptor {
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider.clone());
    let config = config
        .with_safe_default_protocol_versions()
        .expect("ring has them");
    let config = if ask {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(CA).expect("PEM"))
            .expect("a root");
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
        config.with_client_cert_verifier(verifier.build().expect("a verifier"))
    } else {
        config.with_no_client_auth()
    };
    let chain = vec![CertificateDer::from_pem_slice(SERVER).expect("PEM")];
    let key = PrivateKeyDer::from_pem_slice(SERVER).expect("PEM");
    let config = config
        .with_single_cert(chain, key)
        .expect("they belong together");
    TlsAcceptor::from(Arc::new(config))
}

/// A TLS server that answers `OK` to each connection of [`acceptor`].
async fn tls_server(ask: bool) -> String {
    let acceptor = acceptor(ask);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it has one");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let mut request = [0; 4096];
                if stream.read(&mut request).await? > 0 {
                    stream.write_all(OK.as_bytes()).await?;
                }
                stream.shutdown().await
            });
        }
    });
    format!("https://localhost:{}", address.port())
}

#[tokio::test]
async fn extra_roots_are_trusted_and_others_are_not() {
    let server = tls_server(false).await;
    let trusting = build(builder().base_url(&server).root_certificates(CA));
    call(&trusting).await.expect("an answer");
    let doubting = build(builder().base_url(&server));
    assert_eq!(
        transport(call(&doubting).await),
        TransportErrorKind::Connect
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown() {
    let server = tls_server(true).await;
    let trusting = builder().base_url(&server).root_certificates(CA);
    let known = build(trusting.clone().client_certificate(CLIENT));
    call(&known).await.expect("an answer");
    call(&build(trusting)).await.expect_err("no certificate");
}

#[test]
fn certificates_that_are_none_are_refused() {
    for builder in [
        builder().root_certificates("no PEM"),
        builder().root_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        builder().client_certificate(CA),
        builder().client_certificate("no PEM"),
    ] {
        let error = builder.build().expect_err("no certificate");
        assert!(matches!(error, Error::Config(_)), "{error:?}");
    }
    let root = builder()
        .root_certificates("no PEM")
        .build()
        .expect_err("no PEM");
    assert!(root.to_string().contains("there is none"), "{root}");
    let chain = builder()
        .client_certificate(CA)
        .build()
        .expect_err("no key");
    assert!(chain.source().is_some(), "{chain:?}");
}
