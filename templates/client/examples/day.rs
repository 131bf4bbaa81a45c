//! A day's work: log in, list users with filters, search them, change a queue, query analytics by a
//! job, and know what to do about each error.
//!
//! What this client has no page for is called by its path, as the caller's own types; with the pages,
//! `client.users().get_users()` and the like take the place of `client.request(…)`.
//!
//! Runs against a mock; with `GENESYSCLOUD_OAUTHCLIENT_ID` and its companions in the environment
//! against the API. Its tests run with `cargo test --example day --features mock`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use {krate}::http::{Method, StatusCode};
use {krate}::mock::{Mock, MockResponse};
use {krate}::{AuthErrorKind, Client, Error, JobKeys, Paging};

const USERS: &str = "/api/v2/users";
const SEARCH: &str = "/api/v2/users/search";
const QUEUE: &str = "/api/v2/routing/queues/{queueId}";
const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";

#[derive(Deserialize)]
struct User {
    name: String,
}

#[derive(Deserialize)]
struct Listing {
    #[serde(default)]
    entities: Vec<User>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    results: Vec<User>,
}

/// What is read and changed; all else is sent back as it came.
#[derive(Deserialize, Serialize)]
struct Queue {
    name: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize)]
struct Conversation {
    #[serde(rename = "conversationId")]
    id: String,
}

#[derive(Deserialize)]
struct Conversations {
    #[serde(default)]
    conversations: Vec<Conversation>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    // Log-ins, retries and waits for a limit are events at INFO.
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).init();
    let client = client()?;
    client.log_in().await?;

    println!("active: {}", active_users(&client).await?.join(", "));
    println!("found: {}", users_called(&client, "Sam").await?.join(", "));
    println!("renamed: {}", rename_queue(&client, "queue-1", "Support").await?.name);
    println!("conversations: {}", conversations(&client).await?.join(", "));

    if let Err(error) = rename_queue(&client, "no-such-queue", "Support").await {
        println!("{error}\n-> {}", advice(&error));
    }
    Ok(())
}

/// All pages of a listing, with filters in the query.
async fn active_users(client: &Client) -> Result<Vec<String>, Error> {
    let call = client.request(Method::GET, USERS).query("state", "active").query("pageSize", 100);
    let paging = Paging::number("pageNumber", "pageCount", "entities");
    let users = call.json::<Listing>().pages(paging).items(|page| page.entities);
    let users: Vec<User> = users.try_collect().await?;
    Ok(users.into_iter().map(|user| user.name).collect())
}

/// All pages of a search, whose page number stands in the body.
async fn users_called(client: &Client, name: &str) -> Result<Vec<String>, Error> {
    let query = json!({
        "pageSize": 100,
        "query": [{"type": "CONTAINS", "fields": ["name"], "value": name}],
    });
    // It only reads, so it may be sent again like a GET.
    let call = client.request(Method::POST, SEARCH).body(&query).safe();
    let paging = Paging::number("pageNumber", "pageCount", "results").in_body();
    let mut users = call.json::<Found>().pages(paging).items(|page| page.results);
    // One by one: a page is asked for when its first item is.
    let mut names = Vec::new();
    while let Some(user) = users.next().await {
        names.push(user?.name);
    }
    Ok(names)
}

/// Reads a queue, changes it, and writes it with what this program does not know.
async fn rename_queue(client: &Client, id: &str, name: &str) -> Result<Queue, Error> {
    let call = client.request(Method::GET, QUEUE).path("queueId", id);
    let mut queue: Queue = call.json().await?;
    name.clone_into(&mut queue.name);
    client.request(Method::PUT, QUEUE).path("queueId", id).body(&queue).json().await
}

/// Starts a job, waits for it, and reads all pages of its results.
async fn conversations(client: &Client) -> Result<Vec<String>, Error> {
    const KEYS: JobKeys =
        JobKeys::new("jobId", "state", &["FULFILLED"], &["FAILED", "CANCELLED", "EXPIRED"])
            .reason("errorMessage");
    let query = json!({"interval": "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"});
    let job = client.request(Method::POST, JOBS).body(&query).wait(KEYS);
    let job = job.deadline(Duration::from_secs(600)).on_progress(|seen| println!("{}", seen.state));
    let results = job.await?.json::<Conversations>();
    let found = results
        .pages(Paging::cursor("cursor", "cursor", "conversations"))
        .items(|page| page.conversations);
    let found: Vec<Conversation> = found.try_collect().await?;
    Ok(found.into_iter().map(|conversation| conversation.id).collect())
}

/// What to do about an error.
fn advice(error: &Error) -> String {
    match error {
        Error::Api(answer) => match answer.status() {
            StatusCode::BAD_REQUEST => {
                let fields = answer.said().details.iter().filter_map(|it| it.field_name.as_deref());
                format!("correct {}", fields.collect::<Vec<_>>().join(", "))
            }
            StatusCode::UNAUTHORIZED => "log in with another OAuth client".to_owned(),
            StatusCode::FORBIDDEN => {
                format!("add {} to the role", answer.missing_permissions().join(", "))
            }
            StatusCode::NOT_FOUND => "look the id up again".to_owned(),
            StatusCode::CONFLICT => "read it again: someone else has changed it".to_owned(),
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = answer.retry_after().unwrap_or(Duration::from_secs(60));
                format!("wait {} s", wait.as_secs())
            }
            status if status.is_server_error() => {
                let id = answer.correlation_id().unwrap_or("(none)");
                format!("try later; the vendor's support asks for the correlation id {id}")
            }
            _ => format!("read the docs of {}", answer.operation()),
        },
        Error::Input(refused) => format!("correct the argument {}", refused.parameter()),
        Error::Auth(failed) if failed.kind() == AuthErrorKind::Refused => {
            format!("check the OAuth client: {}", failed.code().unwrap_or("refused"))
        }
        Error::Job(job) => format!("job {}: {:?}", job.job_id(), job.kind()),
        Error::Transport(_) | Error::Timeout(_) => "try later".to_owned(),
        other => format!("report this: {other}"),
    }
}

fn client() -> Result<Client, Box<dyn StdError>> {
    if std::env::var_os("GENESYSCLOUD_OAUTHCLIENT_ID").is_some() {
        return Ok(Client::builder().env()?.build()?);
    }
    let mock = Mock::new();
    mock.respond_with(format!("GET {USERS}"), |request| match request.query("pageNumber") {
        None => ok(&json!({"entities": [{"name": "Sam"}], "pageNumber": 1, "pageCount": 2})),
        Some(_) => ok(&json!({"entities": [{"name": "Kim"}], "pageNumber": 2, "pageCount": 2})),
    });
    // The first answer is one that may pass, so the call is sent again.
    let busy = MockResponse::error(StatusCode::SERVICE_UNAVAILABLE, "busy", "Try again.");
    mock.respond(format!("POST {SEARCH}"), busy)
        .answer(format!("POST {SEARCH}"), &json!({"results": [{"name": "Sam"}], "pageCount": 1}))
        .respond_with(format!("GET {QUEUE}"), |request| match request.path("queueId").as_deref() {
            Some("queue-1") => ok(&json!({"name": "Sales", "acwSettings": {"timeoutMs": 1}})),
            _ => MockResponse::error(StatusCode::NOT_FOUND, "not.found", "No queue."),
        })
        .respond_with(format!("PUT {QUEUE}"), echo)
        .answer(format!("POST {JOBS}"), &json!({"jobId": "job-1"}))
        .answer(format!("GET {JOBS}/{{jobId}}"), &json!({"state": "FULFILLED"}))
        .answer(
            format!("GET {JOBS}/{{jobId}}/results"),
            &json!({"conversations": [{"conversationId": "conversation-1"}]}),
        );
    Ok(mocked(&mock)?)
}

/// A client as it is built for production, but for its transport.
fn mocked(mock: &Mock) -> Result<Client, Error> {
    let builder = Client::builder().client_credentials("id", "secret");
    builder.transport(Arc::new(mock.clone())).build()
}

fn ok(value: &Value) -> MockResponse {
    MockResponse::new(StatusCode::OK).json(value)
}

/// Answers with what was sent.
fn echo(request: &{krate}::mock::Recorded) -> MockResponse {
    ok(&request.json().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Mock, MockResponse, QUEUE, StatusCode, advice, echo, mocked, rename_queue};
    use serde_json::{Value, json};

    #[tokio::test]
    async fn a_queue_keeps_what_this_program_does_not_know() {
        let mock = Mock::new();
        let queue = json!({"name": "Sales", "new": [1], "acwSettings": {"timeoutMs": 1}});
        mock.answer(format!("GET {QUEUE}"), &queue).respond_with(format!("PUT {QUEUE}"), echo);
        let client = mocked(&mock).expect("the settings are right");
        rename_queue(&client, "queue-1", "Support").await.expect("it is renamed");
        let [sent] = &mock.requests_of(format!("PUT {QUEUE}"))[..] else {
            panic!("it is written once");
        };
        assert_eq!(sent.path("queueId").as_deref(), Some("queue-1"));
        let sent: Value = sent.json().expect("a queue");
        assert_eq!(sent, json!({"name": "Support", "new": [1], "acwSettings": {"timeoutMs": 1}}));
        assert!(mock.unused().is_empty());
    }

    #[tokio::test]
    async fn each_error_has_its_advice() {
        let wrong = json!({"status": 400, "details": [{"errorCode": "long", "fieldName": "name"}]});
        let lacking = json!({"messageParams": {"permissions": "[routing:queue:view]"}});
        let error = |status: u16, body: &Value| {
            let status = StatusCode::from_u16(status).expect("a status");
            MockResponse::new(status).json(body)
        };
        for (answer, wanted) in [
            (error(400, &wrong), "correct name"),
            (error(403, &lacking), "add routing:queue:view to the role"),
            (error(404, &json!({})), "look the id up again"),
            (error(409, &json!({})), "read it again"),
        ] {
            let mock = Mock::new();
            mock.respond(format!("GET {QUEUE}"), answer);
            let client = mocked(&mock).expect("the settings are right");
            let error = rename_queue(&client, "queue-1", "Support").await.err();
            let advice = advice(&error.expect("it fails"));
            assert!(advice.starts_with(wanted), "{advice}");
        }
        let client = mocked(&Mock::new()).expect("the settings are right");
        let error = rename_queue(&client, "", "Support").await.err();
        assert_eq!(advice(&error.expect("it is refused")), "correct the argument queueId");
    }
}
