//! The client's `README.md`, and the front page of its rustdoc: the same text, with links and hidden
//! lines. Pure.
//!
//! Code on the front page is a doctest if the feature of its page is on. The README shows the hidden
//! lines, so that its code compiles as written; it is a doctest too.

use crate::doc::{code, escape};
use crate::example;
use crate::plan::{OperationPlan, PagePlan, Plan};
use crate::print::{self, RenderedFile, quoted};
use std::fmt::Write as _;

/// Renders `README.md`.
pub fn render(plan: &Plan<'_>) -> RenderedFile {
    let krate = &plan.input.client.krate;
    let mut out = format!("\n# {}\n\n{}", escape(&krate.name), introduction(plan));
    dependencies(plan, &mut out);
    out.push_str(&visible(&usage(plan)));
    out.push_str("\n## Features\n\n");
    for page in &plan.pages {
        let (feature, count) = (&page.feature, operations(page));
        let _ = writeln!(out, "- `{feature}`: {}, {count}", code(&page.page.api));
    }
    out.push_str(
        "- `full`: all of them, and events\n- `events`: notification channels as a stream of events\n",
    );
    if !plan.input.api.topics.is_empty() {
        out.push_str("- `event-models`: the models that events carry\n");
    }
    out.push_str(
        "- `reqwest` (on by default): sends by reqwest, with TLS by rustls\n\
         - `toml` (on by default): settings from TOML\n\
         - `mock`: an in-memory stand-in for the API, for tests\n\
         - `tower`: any `tower` service as the transport\n",
    );
    if let Some(version) = plan.input.docs_version {
        let _ = write!(
            out,
            "\nRendered from version {} of the docs.\n",
            escape(version)
        );
    }
    let _ = write!(out, "\n## License\n\n{}\n", escape(&krate.license));
    print::markdown("README.md", "client.yaml", &out)
}

/// The features of the pages that the README's code calls.
pub fn features_of_code<'a>(plan: &'a Plan<'_>) -> Vec<&'a str> {
    let pages = [best(plan, is_get), best(plan, has_pages)];
    let mut features: Vec<&str> = pages
        .into_iter()
        .flatten()
        .map(|(page, _)| page.feature.as_str())
        .collect();
    features.dedup();
    features
}

/// The lines for the caller's `Cargo.toml`.
fn dependencies(plan: &Plan<'_>, out: &mut String) {
    let client = plan.input.client;
    let (name, version) = (&client.krate.name, quoted(&client.krate.version));
    let is_default = |feature: &&str| {
        let mut pages = plan.pages.iter();
        let page = pages.find(|page| page.feature == *feature);
        let names = &client.default_features;
        let full = names.iter().any(|name| name == "full");
        full || page.is_some_and(|page| names.contains(&page.page.api))
    };
    let features = features_of_code(plan).into_iter();
    let features: Vec<String> = features.filter(|it| !is_default(it)).map(quoted).collect();
    let dependency = if features.is_empty() {
        version
    } else {
        format!(
            "{{ version = {version}, features = [{}] }}",
            features.join(", ")
        )
    };
    let _ = write!(
        out,
        "\n## Depend on it\n\n\
         ```toml\n\
         [dependencies]\n\
         {name} = {dependency}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\
         ```\n"
    );
}

/// The text with the lines of code that rustdoc hides on the front page.
fn visible(usage: &str) -> String {
    let mut out = String::new();
    for (index, part) in usage.split("```").enumerate() {
        if index % 2 == 0 {
            out.push_str(part);
        } else if part.contains("#[cfg(feature = \"tower\")]") {
            // Left out: its bounds are longer than the code.
            out.truncate(out.trim_end().len());
        } else {
            let _ = write!(out, "```rust\n{}```", shown(part));
        }
    }
    out
}

/// The code of a block, below its first line.
fn shown(block: &str) -> String {
    let mut out = String::new();
    let mut indent = "";
    for line in block.lines().skip(1) {
        let Some(hidden) = line.strip_prefix("# ") else {
            let indent = if line.is_empty() { "" } else { indent };
            let _ = writeln!(out, "{indent}{line}");
            continue;
        };
        let is_needless = ["#[cfg(", "drop(", "let _ ="];
        if is_needless.iter().any(|start| hidden.starts_with(start)) {
            continue;
        }
        match hidden {
            "Ok(()) }" => out.push_str("    Ok(())\n}\n"),
            head => {
                let _ = writeln!(out, "{head}");
                indent = if head.ends_with('{') { "    " } else { "" };
            }
        }
    }
    out
}

fn is_get(planned: &OperationPlan<'_>) -> bool {
    planned.operation.method == spec::Method::Get
}

fn has_pages(planned: &OperationPlan<'_>) -> bool {
    planned.operation.paging.is_some()
}

/// The front page, in Markdown for rustdoc.
pub fn front_page(plan: &Plan<'_>) -> String {
    let mut out = introduction(plan);
    out.push_str(&linked(&usage(plan)));
    out.push_str(
        "\n# Features\n\n\
         A page of the docs is a feature; `full` is all of them and events. `reqwest` and `toml` are on by\n\
         default. `mock` adds [`mock`](mock/index.html), `events` adds\n\
         [`Client::events`](struct.Client.html#method.events),\n\
         `tower` adds [`TowerTransport`](struct.TowerTransport.html). A page is a method of [`Client`], called\n\
         like its feature; where that is off, the compiler says which feature to turn on.\n\n\
         | Page | Feature | Operations |\n| --- | --- | --- |\n",
    );
    for page in &plan.pages {
        let (module, handle, feature) = (&page.module, &page.handle, &page.feature);
        let count = page.operations.len();
        let _ = writeln!(
            out,
            "| [`{handle}`](operations/{module}/struct.{handle}.html) | `{feature}` | {count} |"
        );
    }
    out
}

/// The text with links to the items that it names.
fn linked(usage: &str) -> String {
    const NAMES: [&str; 12] = [
        "`Credentials`",
        "`ClientBuilder::env`",
        "`ClientBuilder::toml_file`",
        "`ClientBuilder::reqwest_client`",
        "`ClientBuilder::retry`",
        "`ClientBuilder::trace_bodies`",
        "`Client::request`",
        "`RetryPolicy::never()`",
        "`Mock`",
        "`Transport`",
        "`pages()`",
        "`permissions`",
    ];
    NAMES
        .iter()
        .fold(usage.to_owned(), |text, name| match *name {
            "`pages()`" => text.replace(name, "[`pages()`](Pages)"),
            "`Mock`" => text.replace(name, "[`Mock`](mock/struct.Mock.html)"),
            "`permissions`" => text.replace(name, "[`permissions`](mod@permissions)"),
            name => text.replace(name, &format!("[{name}]")),
        })
}

fn introduction(plan: &Plan<'_>) -> String {
    let krate = &plan.input.client.krate;
    format!(
        "{}.\n\nThe vendor of {} neither makes nor supports it.\n",
        escape(&krate.description),
        escape(&krate.title)
    )
}

fn operations(page: &PagePlan<'_>) -> String {
    match page.operations.len() {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    }
}

/// How to log in and to call, with operations of the crate as examples.
fn usage(plan: &Plan<'_>) -> String {
    let krate = &plan.krate;
    let mut out = format!(
        "\n## Log in\n\n\
         ```no_run\n\
         # fn log_in(id: &str, secret: &str) -> Result<(), {krate}::Error> {{\n\
         use {krate}::{{Client, Region}};\n\n\
         let client = Client::builder()\n    .region(Region::default())\n    \
         .client_credentials(id, secret)\n    .build()?;\n\
         # drop(client);\n\
         # Ok(()) }}\n\
         ```\n\n\
         `Credentials` has the other ways: a token that you already have, an authorization code with PKCE,\n\
         a SAML2 assertion, a refresh token. `ClientBuilder::env` reads the settings from environment\n\
         variables, `ClientBuilder::toml_file` from a file. Tokens are refreshed before they expire.\n",
    );
    if let Some((page, planned)) = best(plan, is_get) {
        call(plan, page, planned, &mut out);
    }
    raw_calls(krate, &mut out);
    errors(krate, &mut out);
    if let Some((page, planned)) = best(plan, has_pages) {
        paging(plan, page, planned, &mut out);
    }
    events(krate, &mut out);
    transports(krate, &mut out);
    mock(krate, &mut out);
    out.push_str(
        "\n## Retries\n\n\
         Every call is retried after 429, because the server has not acted on it. A call that may be repeated\n\
         is also retried after a connection error and after 502, 503 and 504. Waits grow, and are at least as\n\
         long as `Retry-After`. `ClientBuilder::retry` changes this for a client, `.retry(…)` for one call;\n\
         `RetryPolicy::never()` turns it off.\n\n\
         ## Tracing\n\n\
         Calls and their attempts are spans of the `tracing` crate, with the names of OpenTelemetry's HTTP\n\
         conventions. There is an event at INFO for a retry (with its reason and wait), a wait for the rate\n\
         limit, a log-in, and a refused token; a failed log-in is a WARN. The target of all is the crate's name,\n\
         without modules. Header fields are never recorded; bodies only with `ClientBuilder::trace_bodies`, at\n\
         DEBUG.\n\n\
         ## Permissions\n\n\
         The `permissions` module gives the permissions that a role needs for a set of operations.\n",
    );
    out
}

/// The first operation that can be an example; one of the default features goes first.
fn best<'a>(
    plan: &'a Plan<'_>,
    serves: impl Fn(&OperationPlan<'_>) -> bool,
) -> Option<(&'a PagePlan<'a>, &'a OperationPlan<'a>)> {
    let default = &plan.input.client.default_features;
    let mut pages: Vec<_> = plan.pages.iter().collect();
    pages.sort_by_key(|page| !default.contains(&page.page.api));
    pages.into_iter().find_map(|page| {
        let mut operations = page.operations.iter();
        let planned = operations.find(|planned| {
            !planned.operation.deprecated && example::is_plain(planned) && serves(planned)
        })?;
        Some((page, planned))
    })
}

fn call(plan: &Plan<'_>, page: &PagePlan<'_>, planned: &OperationPlan<'_>, out: &mut String) {
    let (krate, feature, handle) = (&plan.krate, &page.feature, &page.module);
    let call = example::call(planned);
    let _ = write!(
        out,
        "\n## Call\n\n\
         Required parameters are arguments, optional ones are methods; what is not set is not sent. Awaiting\n\
         a call gives the value, `send()` the whole answer. `into_request()` gives the plain request and sends\n\
         nothing.\n\n\
         ```no_run\n\
         # #[cfg(feature = \"{feature}\")]\n\
         # async fn call(client: {krate}::Client) -> Result<(), {krate}::Error> {{\n\
         let api = client.{handle}();\n\
         let value = api.{call}.await?;\n\n\
         let response = api.{call}.send().await?;\n\
         println!(\"{{:?}}\", response.correlation_id());\n\
         # let _ = value;\n\
         # Ok(()) }}\n\
         ```\n"
    );
}

fn raw_calls(krate: &str, out: &mut String) {
    let _ = write!(
        out,
        "\n## Call undocumented operations\n\n\
         `Client::request` calls any path, with the client's log-in, limits and retries; `.json()` decodes the\n\
         answer as any type of serde. Rendered calls have `.json()` too, and `send()` keeps the `bytes()`. To change\n\
         something, decode the answer as the type that you send: a model keeps the fields that it does not have.\n\n\
         ```no_run\n\
         # async fn call_by_path(client: {krate}::Client) -> Result<(), {krate}::Error> {{\n\
         use {krate}::http::Method;\n\n\
         let thing: {krate}::serde_json::Value = client\n    \
         .request(Method::GET, \"/api/v2/things/{{thingId}}\")\n    \
         .path(\"thingId\", \"a1\")\n    \
         .query(\"expand\", \"owner\")\n    \
         .json()\n    .await?;\n\
         # drop(thing);\n\
         # Ok(()) }}\n\
         ```\n"
    );
}

fn errors(krate: &str, out: &mut String) {
    let _ = write!(
        out,
        "\n## Errors\n\n\
         ```\n\
         # use {krate}::Error;\n\
         # fn report(error: &Error) {{\n\
         match error {{\n    \
         Error::Api(answer) if answer.status() == 403 => {{\n        \
         println!(\"missing: {{}}\", answer.missing_permissions().join(\", \"));\n    }}\n    \
         Error::Api(answer) => println!(\"{{}}: {{:?}}\", answer.status(), answer.message()),\n    \
         Error::Input(refused) => println!(\"not sent: {{refused}}\"),\n    \
         other => println!(\"{{other}}\"),\n}}\n\
         # }}\n\
         ```\n"
    );
}

fn mock(krate: &str, out: &mut String) {
    let _ = write!(
        out,
        "\n## Test\n\n\
         With the feature `mock`, a `Mock` answers calls and log-ins from memory, so a test builds its client like\n\
         the program. It also plays errors, delays and faults, and records what was sent. A call that has no answer\n\
         is an error that says what was expected. Rendered calls are answered by their documented names.\n\n\
         ```no_run\n\
         # #[cfg(feature = \"mock\")]\n\
         # async fn test() -> Result<(), {krate}::Error> {{\n\
         use {krate}::{{Client, Region, http::Method, mock::Mock, serde_json::Value}};\n\n\
         let mock = Mock::new();\n\
         mock.answer(\"GET /api/v2/things/{{thingId}}\", &[\"a thing\"]);\n\
         let client = Client::builder()\n    .region(Region::default())\n    \
         .client_credentials(\"id\", \"secret\")\n    \
         .transport(std::sync::Arc::new(mock.clone()))\n    .build()?;\n\n\
         let call = client.request(Method::GET, \"/api/v2/things/{{thingId}}\");\n\
         let thing: Value = call.path(\"thingId\", \"a1\").json().await?;\n\
         assert_eq!(thing[0], \"a thing\");\n\
         let sent = &mock.requests_of(\"GET /api/v2/things/{{thingId}}\")[0];\n\
         assert_eq!(sent.path(\"thingId\").as_deref(), Some(\"a1\"));\n\
         # Ok(()) }}\n\
         ```\n"
    );
}

fn paging(plan: &Plan<'_>, page: &PagePlan<'_>, planned: &OperationPlan<'_>, out: &mut String) {
    let (krate, feature, handle) = (&plan.krate, &page.feature, &page.module);
    let call = example::call(planned);
    let _ = write!(
        out,
        "\n## Pages\n\n\
         An operation that answers page by page has `pages()` and, where the page is described,\n\
         `items()`: streams that request a page when it is needed. `items().try_collect()` gives all at once.\n\n\
         ```no_run\n\
         # #[cfg(feature = \"{feature}\")]\n\
         # async fn list(client: {krate}::Client) -> Result<(), {krate}::Error> {{\n\
         let api = client.{handle}();\n\
         let mut pages = api.{call}.pages();\n\
         while let Some(page) = pages.next().await {{\n    println!(\"{{:?}}\", page?);\n}}\n\
         # Ok(()) }}\n\
         ```\n"
    );
}

fn events(krate: &str, out: &mut String) {
    let _ = write!(
        out,
        "\n## Events\n\n\
         With the feature `events`, notification channels are one stream. Before a connection is closed or a\n\
         channel expires, the stream moves to a new one, and gives what arrives on both only once. It connects\n\
         again after a failure. If events may be missing, a `Gap` says since when, until when, and for which topics.\n\n\
         ```no_run\n\
         # #[cfg(feature = \"events\")]\n\
         # async fn example(client: {krate}::Client) -> Result<(), {krate}::EventsError> {{\n\
         use {krate}::Notification;\n\n\
         let mut stream = client\n    .events()\n    .subscribe([\"v2.users.1234.presence\"])\n    .await?;\n\
         while let Some(item) = stream.next().await {{\n    \
         match item {{\n        \
         Notification::Event(event) => println!(\"{{}}: {{}}\", event.topic(), event.json()),\n        \
         Notification::Gap(gap) => println!(\"missing from {{}} to {{}}\", gap.from, gap.to),\n        \
         other => println!(\"{{other:?}}\"),\n    \
         }}\n\
         }}\n\
         # Ok(()) }}\n\
         ```\n"
    );
}

fn transports(krate: &str, out: &mut String) {
    let _ = write!(
        out,
        "\n## Use another HTTP stack\n\n\
         Requests are plain `http::Request`s, and by default reqwest sends them. You can bring your own reqwest\n\
         client (`ClientBuilder::reqwest_client`), implement `Transport`, or, with the feature `tower`, use any\n\
         `tower` service with its layers. With `default-features = false` the crate depends on neither reqwest,\n\
         rustls nor TOML, and a client needs a transport.\n\n\
         ```no_run\n\
         # #[cfg(feature = \"tower\")]\n\
         # fn example<S>(service: S) -> Result<(), {krate}::Error>\n\
         # where\n\
         #     S: tower_service::Service<\n\
         #             http::Request<bytes::Bytes>,\n\
         #             Response = http::Response<bytes::Bytes>,\n\
         #             Future: Send,\n\
         #             Error: Into<Box<dyn std::error::Error + Send + Sync>>,\n\
         #         > + Clone + Send + 'static,\n\
         # {{\n\
         use {krate}::{{Client, TowerTransport}};\n\n\
         let transport = TowerTransport::new(service);\n\
         let client = Client::builder().transport(std::sync::Arc::new(transport)).build()?;\n\
         # drop(client);\n\
         # Ok(()) }}\n\
         ```\n"
    );
}

#[cfg(test)]
mod tests {
    use super::{linked, shown, visible};

    #[test]
    fn hidden_lines_are_shown_where_code_needs_them() {
        for (block, code) in [
            (
                "no_run\n# fn a() {\nlet b = 1;\n\nc(b);\n# drop(b);\n# let _ = b;\n# Ok(()) }\n",
                "fn a() {\n    let b = 1;\n\n    c(b);\n    Ok(())\n}\n",
            ),
            (
                "\n# #[cfg(feature = \"a\")]\n# use a::A;\nlet a = A;\n",
                "use a::A;\nlet a = A;\n",
            ),
            ("\n# fn a() {\n# b();\nc();\n", "fn a() {\nb();\nc();\n"),
        ] {
            assert_eq!(shown(block), code);
        }
    }

    #[test]
    fn code_of_a_feature_with_long_bounds_is_left_out() {
        let usage = "One\n\n```no_run\na();\n```\n\nTwo\n\n```no_run\n# #[cfg(feature = \"tower\")]\nb();\n```\nThree\n";
        assert_eq!(visible(usage), "One\n\n```rust\na();\n```\n\nTwo\nThree\n");
    }

    #[test]
    fn names_are_links_on_the_front_page() {
        assert_eq!(
            linked("`Credentials`, `pages()`, `permissions`, `other`"),
            "[`Credentials`], [`pages()`](Pages), [`permissions`](mod@permissions), `other`"
        );
    }
}
