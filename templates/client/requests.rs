
use {krate}::http::{self, Response};
use {krate}::{BoxFuture, Client, Documented, Error, Exchange, Region, Request, Sending, Transport, UnknownValue};
use std::any::type_name;
use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::{Debug, Display, Write as _};
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What is planted: in tokens, header fields and answers, and the texts of the docs' examples.
const PLANTED: [&str; 2] = ["s3cr3t", "_example"];

/// The types that showed nothing of it.
static SHOWN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());

fn client() -> Client {
    let builder = Client::builder().base_url("https://api.example").access_token("s3cr3t");
    let builder = builder.transport(Arc::new(Leaky(AtomicUsize::new(0))));
    builder.build().expect("the settings are right")
}

/// A value of which this is the JSON.
fn json<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the example is of that type")
}

/// The request is the expected one, and nothing that its builder, spans and errors show was planted.
macro_rules! check {
    ($call:expr, $expected:expr $(,)?) => {{
        let call = $call.header("x-planted", "s3cr3t");
        $crate::hides(&call);
        for _ in 0..$crate::ANSWERS.len() {
            $crate::answered(call.clone().send());
        }
        $crate::is_expected(call.into_request(), $expected);
    }};
}
use check;

#[track_caller]
fn is_expected(request: Result<Request, Error>, expected: &str) {
    let request = request.expect("the example's arguments are not refused");
    let target = request.uri().to_string();
    let target = target.strip_prefix("https://api.example").expect("paths are relative to it");
    let mut shown = format!("{} {target}", request.method());
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .filter(|(name, value)| {
            *name != "user-agent"
                && *name != "x-planted"
                && (*name != "accept" || *value != "application/json")
        })
        .map(|(name, value)| format!("\n{name}: {}", value.to_str().expect("it is text")))
        .collect();
    headers.sort();
    shown.extend(headers);
    if !request.body().is_empty() {
        shown += "\n\n";
        shown += std::str::from_utf8(request.body()).expect("JSON is UTF-8");
    }
    assert_eq!(shown, expected);
}

/// An error of the API, a value of another type, and what the docs do not know.
const ANSWERS: [(u16, &str); 3] = [
    (404, r#"{"message": "no", "entityName": "s3cr3t", "s3cr3t": {"s3cr3t": "s3cr3t"}}"#),
    (200, r#"["s3cr3t", {"s3cr3t": "s3cr3t"}]"#),
    (200, r#"{"s3cr3t": "s3cr3t", "entities": {"s3cr3t": ["s3cr3t"]}}"#),
];

/// Gives one of the answers after the other.
#[derive(Debug)]
struct Leaky(AtomicUsize);

impl Transport for Leaky {
    fn send(
        &self,
        _: http::Request<{krate}::bytes::Bytes>,
        _: Exchange,
    ) -> BoxFuture<'_, Result<Response<{krate}::bytes::Bytes>, Error>> {
        let (status, body) = ANSWERS[self.0.fetch_add(1, Ordering::Relaxed) % ANSWERS.len()];
        let answer = Response::builder().status(status).header("set-cookie", "s3cr3t");
        let answer = answer.header("content-type", "application/json").body(body.into());
        Box::pin(async { Ok(answer.expect("an answer")) })
    }
}

/// A type of which nothing planted is shown.
#[track_caller]
fn hides<T: Debug>(value: &T) {
    is_harmless(&format!("{value:?} {value:#?}"));
    SHOWN.lock().expect("no panic").insert(type_name::<T>());
}

#[track_caller]
fn is_harmless(shown: &str) {
    let found = PLANTED.iter().find(|planted| shown.contains(**planted));
    assert_eq!(found, None, "{shown}");
}

/// Sends a call. What came of it shows nothing, and its spans show no more than the path.
fn answered<T: 'static>(call: Sending<{krate}::Response<T>>) {
    watched(Box::pin(async move { call.await.map(|answer| format!("{answer:?}")) }));
}

fn watched(call: Pin<Box<dyn Future<Output = Result<String, Error>>>>) {
    let spans = Spans::default();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build().expect("a runtime");
    let outcome = tracing::subscriber::with_default(spans.clone(), || runtime.block_on(call));
    let shown = match outcome {
        Ok(shown) => shown,
        Err(error) => format!("{error} {error:?} {:?}", error.source()),
    };
    is_harmless(&shown);
    let seen = spans.0.lock().expect("no panic");
    assert!(seen.contains("https://api.example/"), "{seen}");
    assert!(!seen.contains(PLANTED[0]) && !seen.contains('?'), "{seen}");
}

/// Notes all spans and events.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<String>>);

impl tracing::field::Visit for Spans {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        writeln!(self.0.lock().expect("no panic"), "{field}={value:?}").expect("a text takes all");
    }
}

impl tracing::Subscriber for Spans {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::Id {
        span.record(&mut self.clone());
        tracing::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &tracing::Id, _: &tracing::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &tracing::Id) {}

    fn exit(&self, _: &tracing::Id) {}
}

/// A model shows itself, since the answer is its user's; what cannot be read as one is not shown.
fn model<T: serde::de::DeserializeOwned + Debug>() {
    for json in [
        r#""s3cr3t""#,
        r#"["s3cr3t"]"#,
        r#"{"s3cr3t": s3cr3t}"#,
        r#"{"s3cr3t": "s3cr3t""#,
    ] {
        let error = serde_json::from_str::<T>(json).expect_err(json);
        is_harmless(&format!("{error} {error:?}"));
    }
    hides(&json::<T>("{}"));
}

/// The documented values of a parameter: another text is refused, and not shown.
fn values<T: Documented + Debug + Display + FromStr<Err = UnknownValue>>() {
    let error = PLANTED[0].parse::<T>().expect_err("it is not documented");
    is_harmless(&format!("{error} {error:?}"));
    for (text, value) in T::VALUES {
        assert_eq!(value.to_string(), *text);
    }
    field_values::<T>();
}

/// Documented values show the docs' texts.
fn field_values<T: Documented + Debug>() {
    for (text, value) in T::VALUES {
        assert_eq!(format!("{value:?}"), format!("{text:?}"));
    }
    SHOWN.lock().expect("no panic").insert(type_name::<T>());
}

#[test]
fn regions() {
    for region in Region::ALL {
        assert_eq!(region.to_string(), region.name());
        assert_eq!(region.name().parse::<Region>().ok(), Some(*region));
        hides(region);
    }
    SHOWN.lock().expect("no panic").insert(type_name::<Region>());
    // The name of one is no secret, but it is another's text.
    let error = "a\r\n\u{1b}[31m".parse::<Region>().expect_err("there is none");
    assert!(!format!("{error} {error:?}").contains(char::is_control));
}

/// Fails for a new public type in which nothing is planted. The types are read from the sources, so all
/// features must be on.
#[test]
fn every_public_type_is_planted_in() {
    regions();
    plant();
    if !HAS_ALL {
        eprintln!("skipped: not all features are on");
        return;
    }
    let mut public = BTreeSet::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    public_types(&source, "{krate}", &mut public);
    let shown = SHOWN.lock().expect("no panic");
    let open: Vec<_> = public.iter().filter(|name| !shown.contains(name.as_str())).collect();
    assert!(!public.is_empty() && open.is_empty(), "nothing is planted in {open:?}");
}

/// By path; those of the runtime have a test of their own.
fn public_types(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources stand here") {
        let path = entry.expect("a folder can be listed").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("our names");
        let inner = match name {
            "lib" | "mod" => module.to_owned(),
            _ => format!("{module}::{name}"),
        };
        if name == "runtime" {
            continue;
        }
        if path.is_dir() {
            public_types(&path, &inner, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        for head in ["pub struct ", "pub enum ", "pub union "] {
            let types = text.lines().filter_map(|line| line.trim_start().strip_prefix(head));
            let names = types.filter_map(|rest| rest.split(|it: char| !it.is_alphanumeric() && it != '_').next());
            found.extend(names.map(|name| format!("{inner}::{name}")));
        }
    }
}
