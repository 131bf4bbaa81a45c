//! What hooks and `tracing` see of a call, and what they never do.

use super::support::{Fake, GET_THINGS, POST_THINGS, answer, answer_with, broken, builder};
use crate::runtime::{
    Attempt, Call, ClientBuilder, Error, Hook, RequestParts, TransportError, TransportErrorKind,
};
use bytes::Bytes;
use http::{Request, Response};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, Once};
use tracing::field::{Field, Visit};
use tracing::{Metadata, span};
use tracing_core::Interest;
use tracing_core::span::Current;

/// Spans and events of this thread, each with its fields as text.
#[derive(Clone, Debug, Default)]
pub struct Record {
    name: &'static str,
    parent: Option<&'static str>,
    fields: BTreeMap<&'static str, String>,
}

impl Visit for Record {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

#[derive(Default)]
struct Seen {
    records: Vec<(Record, &'static Metadata<'static>)>,
    entered: Vec<span::Id>,
}

thread_local! {
    /// What is noted; nothing where nobody wants to know.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

fn noting<T>(note: impl FnOnce(&mut Seen) -> T) -> T {
    SEEN.with_borrow_mut(|seen| note(seen.as_mut().expect("it is enabled")))
}

/// The process's subscriber. One per thread would not do: what the first thread that reaches a span
/// hears of it is remembered for all.
struct Noter;

impl Noter {
    fn add(metadata: &'static Metadata<'static>, record: impl FnOnce(&mut Record)) -> u64 {
        noting(|seen| {
            let parent = seen.entered.last().map(|id| seen.records[index(id)].0.name);
            let mut new = Record {
                name: if metadata.is_span() {
                    metadata.name()
                } else {
                    "event"
                },
                parent,
                ..Record::default()
            };
            record(&mut new);
            seen.records.push((new, metadata));
            seen.records.len() as u64
        })
    }
}

fn index(span: &span::Id) -> usize {
    usize::try_from(span.into_u64()).expect("it was one") - 1
}

impl tracing::Subscriber for Noter {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("runtime") && SEEN.with_borrow(Option::is_some)
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(Self::add(span.metadata(), |new| span.record(new)))
    }

    fn record(&self, span: &span::Id, values: &span::Record<'_>) {
        noting(|seen| values.record(&mut seen.records[index(span)].0));
    }

    fn event(&self, event: &tracing::Event<'_>) {
        Self::add(event.metadata(), |new| event.record(new));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, span: &span::Id) {
        noting(|seen| seen.entered.push(span.clone()));
    }

    fn exit(&self, span: &span::Id) {
        noting(|seen| {
            let last = seen.entered.iter().rposition(|it| it == span);
            seen.entered.remove(last.expect("it was entered"));
        });
    }

    fn current_span(&self) -> Current {
        // It is asked for where nothing is enabled as well.
        SEEN.with_borrow(|seen| {
            let seen = seen.as_ref();
            seen.and_then(|seen| {
                let id = seen.entered.last()?;
                Some(Current::new(id.clone(), seen.records[index(id)].1))
            })
            .unwrap_or_else(Current::none)
        })
    }
}

/// Notes what comes of a call, on this thread.
pub async fn watched<T>(call: impl IntoFuture<Output = T>) -> (T, Vec<Record>) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        tracing::subscriber::set_global_default(Noter).expect("it is the only one");
    });
    SEEN.set(Some(Seen::default()));
    let outcome = call.await;
    let seen = SEEN.take().expect("it was set");
    (outcome, seen.records.into_iter().map(|it| it.0).collect())
}

fn named<'a>(seen: &'a [Record], name: &str) -> Vec<&'a Record> {
    seen.iter().filter(|it| it.name == name).collect()
}

/// Makes one call that is answered on the second attempt.
async fn observed(builder: ClientBuilder) -> Vec<Record> {
    let fake = Fake::new(|before, _| match before {
        0 => answer_with(503, "ININ-Correlation-Id", "c-1"),
        _ => answer(200, r#"{"name": "personal"}"#),
    });
    let client = builder
        .transport(fake)
        .base_url("https://gateway:8443/api")
        .build();
    let client = client.expect("the settings are right");
    let call = Call::<()>::new(RequestParts::new(&client, &GET_THINGS).query("a", &1));
    let (outcome, seen) = watched(call).await;
    outcome.expect("an answer");
    seen
}

#[tokio::test(start_paused = true)]
async fn a_call_and_its_attempts_have_spans() {
    let seen = observed(builder().access_token("s3cret")).await;
    let calls = named(&seen, "call");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].fields["operation.id"], "\"getThings\"");
    let attempts = named(&seen, "attempt");
    assert_eq!(attempts.len(), 2);
    let expected = [
        ("otel.kind", "\"client\""),
        ("otel.name", "GET /api/v2/things"),
        ("operation.id", "\"getThings\""),
        ("http.request.method", "\"GET\""),
        ("url.full", "https://gateway:8443/api/api/v2/things"),
        ("url.template", "\"/api/v2/things\""),
        ("server.address", "\"gateway\""),
        ("server.port", "8443"),
    ];
    for attempt in &attempts {
        for (field, value) in expected {
            assert_eq!(attempt.fields[field], value, "{field}");
        }
    }
    let (first, second) = (&attempts[0].fields, &attempts[1].fields);
    assert_eq!(first["http.response.status_code"], "503");
    assert_eq!(first["error.type"], "\"503\"");
    assert_eq!(first["otel.status_code"], "\"ERROR\"");
    assert_eq!(first["network.protocol.version"], "\"1.1\"");
    assert_eq!(first["inin.correlation_id"], "\"c-1\"");
    assert!(!first.contains_key("http.request.resend_count"));
    assert_eq!(second["http.response.status_code"], "200");
    assert_eq!(second["http.request.resend_count"], "1");
    assert!(!second.contains_key("error.type"));
    assert!(!second.contains_key("otel.status_code"));
}

/// The log-in stands in the span of the call that caused it, and shows nothing of its form.
#[tokio::test(start_paused = true)]
async fn a_log_in_has_spans_too() {
    let fake = Fake::new(|before, request| match request.uri().path() {
        "/oauth/token" if before == 0 => answer(503, "{}"),
        "/oauth/token" => answer(200, r#"{"access_token": "t0ken", "token_type": "bearer"}"#),
        _ => answer(200, "{}"),
    });
    let builder = builder().transport(fake).trace_bodies(true);
    let client = builder.client_credentials("id", "s3cret").build();
    let client = client.expect("the settings are right");
    let call = Call::<()>::new(RequestParts::new(&client, &GET_THINGS));
    let (outcome, seen) = watched(call).await;
    outcome.expect("an answer");
    let attempts = named(&seen, "attempt");
    assert_eq!(attempts.len(), 3);
    for log_in in &attempts[..2] {
        assert_eq!(log_in.fields["operation.id"], "\"log_in\"");
        assert_eq!(log_in.fields["otel.name"], "POST /oauth/token");
        assert_eq!(log_in.parent, Some("call"));
    }
    assert_eq!(attempts[0].fields["error.type"], "\"503\"");
    assert_eq!(attempts[1].fields["http.request.resend_count"], "1");
    let text = format!("{seen:?}");
    for secret in ["s3cret", "t0ken", "czNjcmV0"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn failures_have_a_type() {
    let client = builder()
        .transport(Fake::new(|_, _| broken(TransportErrorKind::Connect)))
        .build()
        .expect("the settings are right");
    let call = Call::<()>::new(RequestParts::new(&client, &POST_THINGS));
    let (outcome, seen) = watched(call).await;
    outcome.expect_err("no connection");
    for name in ["call", "attempt"] {
        assert_eq!(named(&seen, name)[0].fields["error.type"], "\"connect\"");
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_are_traced_only_when_asked_for_and_tokens_never() {
    let quiet = observed(builder().access_token("s3cret")).await;
    let loud = observed(builder().access_token("s3cret").trace_bodies(true)).await;
    let text = |seen: &[Record]| format!("{seen:?}");
    assert!(!text(&quiet).contains("personal"));
    assert!(text(&loud).contains("personal"));
    for seen in [quiet, loud] {
        assert!(!text(&seen).contains("s3cret"));
    }
}

/// Writes down what it is called with; refuses what carries `refuse`.
#[derive(Default)]
struct Diary(Mutex<Vec<String>>);

impl Hook for Diary {
    fn before(&self, attempt: &Attempt, request: &mut Request<Bytes>) -> Result<(), Error> {
        let token = request.headers().contains_key("authorization");
        let line = format!(
            "before {} {} {token}",
            attempt.operation(),
            attempt.number()
        );
        self.0.lock().expect("no test panics here").push(line);
        if request.headers().contains_key("refuse") {
            return Err(TransportError::new(TransportErrorKind::Other, "refused").into());
        }
        let number = attempt.number().into();
        request.headers_mut().insert("x-attempt", number);
        Ok(())
    }

    fn after(&self, attempt: &Attempt, outcome: Result<&Response<Bytes>, &Error>) {
        let outcome = outcome.map(Response::status).map_err(ToString::to_string);
        let line = format!("after {} {outcome:?}", attempt.number());
        self.0.lock().expect("no test panics here").push(line);
    }
}

#[tokio::test(start_paused = true)]
async fn hooks_see_each_attempt_and_change_its_request() {
    let fake = Fake::new(|before, _| match before {
        0 => broken(TransportErrorKind::Broken),
        _ => answer(200, "{}"),
    });
    let diary = Arc::new(Diary::default());
    let builder = builder().transport(fake.clone()).access_token("s3cret");
    let client = builder
        .hook(diary.clone())
        .build()
        .expect("the settings are right");
    let call = || Call::<()>::new(RequestParts::new(&client, &GET_THINGS));
    call().await.expect("an answer");
    call()
        .header("refuse", "1")
        .await
        .expect_err("the hook refuses");
    assert_eq!(
        *diary.0.lock().expect("no test panics here"),
        [
            "before getThings 1 false",
            "after 1 Err(\"the connection broke before the answer was whole\")",
            "before getThings 2 false",
            "after 2 Ok(200)",
            "before getThings 1 false",
        ]
    );
    let sent: Vec<_> = fake
        .requests()
        .iter()
        .map(|it| it.headers()["x-attempt"].clone())
        .collect();
    assert_eq!(sent, ["1", "2"]);
    assert!(
        fake.requests()
            .iter()
            .all(|it| it.headers()["authorization"] == "Bearer s3cret")
    );
}

/// What a subscriber at INFO shows: events, of which a span alone makes none.
#[tokio::test(start_paused = true)]
async fn what_happens_to_a_call_is_an_event() {
    let fake = Fake::new(|before, request| match request.uri().path() {
        "/oauth/token" => answer(200, r#"{"access_token": "t0ken", "token_type": "bearer"}"#),
        _ => answer(
            match before {
                1 => 503,
                2 => 401,
                _ => 200,
            },
            "{}",
        ),
    });
    let one = std::num::NonZeroU32::MIN;
    let builder = builder().transport(fake).client_credentials("id", "s3cret");
    let builder = builder.rate_limit(one, std::time::Duration::from_secs(5));
    let client = builder.build().expect("the settings are right");
    let call = Call::<()>::new(RequestParts::new(&client, &GET_THINGS));
    let (outcome, seen) = watched(call).await;
    outcome.expect("an answer");
    let told: Vec<&str> = seen
        .iter()
        .filter_map(|it| it.fields.get("message").map(String::as_str))
        .collect();
    assert_eq!(
        told,
        [
            "logged in",
            "sending again",
            "waiting for the rate limit",
            "logged in",
            "the token was refused; sending again with another",
            "waiting for the rate limit",
        ]
    );
    let again = seen
        .iter()
        .find(|it| {
            it.fields
                .get("message")
                .is_some_and(|it| it == "sending again")
        })
        .expect("it was told");
    assert_eq!(again.fields["reason"], "\"503\"");
    assert_eq!(again.fields["attempt"], "1");
    assert!(again.fields.contains_key("wait_ms"));
    assert!(!format!("{seen:?}").contains("t0ken"));
}
