//! What hooks and `tracing` see of a call, and what they never do.

use crate::support::{Fake, GET_THINGS, POST_THINGS, answer, answer_with, broken, builder};
use bytes::Bytes;
use http::{Request, Response};
use runtime::{
    Attempt, Call, ClientBuilder, Error, Hook, Parts, TransportError, TransportErrorKind,
};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span;

/// Spans and events, each with its fields as text.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Record>>>);

#[derive(Clone, Debug, Default)]
struct Record {
    name: &'static str,
    fields: BTreeMap<&'static str, String>,
}

impl Visit for Record {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

impl Seen {
    fn add(&self, name: &'static str, record: impl FnOnce(&mut Record)) -> u64 {
        let mut all = self.0.lock().expect("no test panics here");
        let mut new = Record {
            name,
            ..Record::default()
        };
        record(&mut new);
        all.push(new);
        all.len() as u64
    }

    fn all(&self) -> Vec<Record> {
        self.0.lock().expect("no test panics here").clone()
    }

    fn named(&self, name: &str) -> Vec<Record> {
        self.all()
            .into_iter()
            .filter(|it| it.name == name)
            .collect()
    }
}

impl tracing::Subscriber for Seen {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("runtime")
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let number = self.add(span.metadata().name(), |new| span.record(new));
        span::Id::from_u64(number)
    }

    fn record(&self, span: &span::Id, values: &span::Record<'_>) {
        let mut all = self.0.lock().expect("no test panics here");
        let index = usize::try_from(span.into_u64()).expect("it was one");
        values.record(&mut all[index - 1]);
    }

    fn event(&self, event: &tracing::Event<'_>) {
        self.add("event", |new| event.record(new));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// Makes one call that is answered on the second attempt.
async fn observed(builder: ClientBuilder) -> Seen {
    let fake = Fake::new(|before, _| match before {
        0 => answer_with(503, "ININ-Correlation-Id", "c-1"),
        _ => answer(200, r#"{"name": "personal"}"#),
    });
    let client = builder
        .transport(fake)
        .base_url("https://gateway:8443/api")
        .build();
    let client = client.expect("the settings are right");
    let seen = Seen::default();
    let guard = tracing::subscriber::set_default(seen.clone());
    Call::<()>::new(Parts::new(&client, &GET_THINGS).query("a", &1))
        .await
        .expect("an answer");
    drop(guard);
    seen
}

#[tokio::test(start_paused = true)]
async fn a_call_and_its_attempts_have_spans() {
    let seen = observed(builder().access_token("s3cret")).await;
    let calls = seen.named("call");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].fields["operation.id"], "\"getThings\"");
    let attempts = seen.named("attempt");
    assert_eq!(attempts.len(), 2);
    let expected = [
        ("otel.kind", "\"client\""),
        ("otel.name", "GET /api/v2/things"),
        ("operation.id", "\"getThings\""),
        ("http.request.method", "\"GET\""),
        ("url.full", "https://gateway:8443/api/api/v2/things?a=1"),
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
    assert_eq!(first["inin.correlation_id"], "\"c-1\"");
    assert!(!first.contains_key("http.request.resend_count"));
    assert_eq!(second["http.response.status_code"], "200");
    assert_eq!(second["http.request.resend_count"], "1");
    assert!(!second.contains_key("error.type"));
}

#[tokio::test(start_paused = true)]
async fn failures_have_a_type() {
    let client = builder()
        .transport(Fake::new(|_, _| broken(TransportErrorKind::Connect)))
        .build()
        .expect("the settings are right");
    let seen = Seen::default();
    let guard = tracing::subscriber::set_default(seen.clone());
    Call::<()>::new(Parts::new(&client, &POST_THINGS))
        .await
        .expect_err("no connection");
    drop(guard);
    for name in ["call", "attempt"] {
        assert_eq!(seen.named(name)[0].fields["error.type"], "\"connect\"");
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_are_traced_only_when_asked_for_and_tokens_never() {
    let quiet = observed(builder().access_token("s3cret")).await;
    let loud = observed(builder().access_token("s3cret").trace_bodies(true)).await;
    let text = |seen: &Seen| format!("{:?}", seen.all());
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
    let call = || Call::<()>::new(Parts::new(&client, &GET_THINGS));
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
