//! Calls of paths that the docs do not know, and answers read as the caller's own types.

use super::support::{Fake, GET_THINGS, answer, builder};
use crate::runtime::mock::Mock;
use crate::runtime::{Call, Client, Error, JobErrorKind, JobKeys, Paging, RequestParts};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, PartialEq, Deserialize)]
struct Thing {
    id: String,
}

fn client(fake: &Arc<Fake>) -> Client {
    let builder = builder().base_url("https://api.example.com/base");
    let builder = builder.transport(fake.clone()).access_token("t0ken");
    builder.build().expect("the settings are right")
}

#[tokio::test]
async fn a_raw_call_is_sent_like_any_other() {
    let fake = Fake::new(|before, _| match before {
        0 => answer(503, "{}"),
        _ => answer(200, r#"{"id": "a1", "new": 1}"#),
    });
    let call = client(&fake)
        .request(Method::GET, "/api/v2/new/{thingId}/parts")
        .path("thingId", "a/1")
        .query("expand", "x y")
        .query_list("state", ["a,b", "c"])
        .header("X-A", "b");
    let thing: Thing = call.json().await.expect("a thing, at the second try");
    assert_eq!(thing.id, "a1");
    let sent = fake.requests();
    assert_eq!(sent.len(), 2, "a GET is sent again after 503");
    assert_eq!(
        sent[1].uri(),
        "https://api.example.com/base/api/v2/new/a%2F1/parts?expand=x%20y&state=a%2Cb,c"
    );
    assert_eq!(sent[1].headers()["authorization"], "Bearer t0ken");
    assert_eq!(sent[1].headers()["x-a"], "b");
}

#[tokio::test]
async fn a_raw_post_is_repeated_only_where_it_is_said_to_read() {
    let fake = Fake::new(|_, _| answer(503, "{}"));
    let call = || {
        client(&fake)
            .request(Method::POST, "/api/v2/new/query")
            .body(&json!({"a": 1}))
    };
    let error = call().json::<Value>().await.expect_err("503");
    assert!(
        error
            .to_string()
            .starts_with("POST /api/v2/new/query: the API answered 503"),
        "{error}"
    );
    assert_eq!(fake.requests().len(), 1);
    call().safe().json::<Value>().await.expect_err("503");
    assert!(fake.requests().len() > 2, "it is sent again");
    assert_eq!(fake.requests()[0].body(), r#"{"a":1}"#);
}

#[tokio::test]
async fn a_path_that_is_made_at_run_time_is_one_below_the_base_url() {
    let fake = Fake::new(|_, _| answer(204, ""));
    let path = format!("/api/v2/{}", "made");
    client(&fake)
        .request(Method::DELETE, path)
        .await
        .expect("no body is wanted");
    assert_eq!(
        fake.requests()[0].uri(),
        "https://api.example.com/base/api/v2/made"
    );
    for path in [
        "",
        "api/v2",
        "https://evil.example.com/",
        "/a?b=c",
        "/a#b",
        "/a b",
        "/{id}",
    ] {
        let outcome = client(&fake).request(Method::GET, path.to_owned()).await;
        assert!(
            matches!(outcome, Err(Error::Input(_))),
            "{path}: {outcome:?}"
        );
    }
    for value in ["", ".", ".."] {
        let call = client(&fake)
            .request(Method::GET, "/a/{id}")
            .path("id", value);
        assert!(matches!(call.await, Err(Error::Input(_))), "{value}");
    }
    assert_eq!(fake.requests().len(), 1, "nothing else was sent");
}

#[tokio::test]
async fn an_answer_gives_its_bytes() {
    let fake = Fake::new(|_, _| answer(200, "not JSON at all"));
    let sent = client(&fake).request(Method::GET, "/api/v2/new").send();
    assert_eq!(
        sent.await.expect("any body is fine").bytes(),
        "not JSON at all"
    );
    let fake = Fake::new(|_, _| answer(200, r#"{"id": "a1"}"#));
    let call = Call::<Value>::new(RequestParts::new(&client(&fake), &GET_THINGS));
    let answer = call.send().await.expect("JSON");
    assert_eq!(answer.bytes(), r#"{"id": "a1"}"#);
    assert_eq!(answer.get()["id"], "a1");
}

#[tokio::test]
async fn a_rendered_call_is_read_as_another_type() {
    let fake = Fake::new(|_, _| answer(200, r#"{"id": "a1"}"#));
    let call = Call::<String>::new(RequestParts::new(&client(&fake), &GET_THINGS));
    let thing = call.json::<Thing>().await.expect("a thing");
    assert_eq!(
        thing,
        Thing {
            id: "a1".to_owned()
        }
    );
}

#[tokio::test]
async fn no_body_is_null_and_what_is_no_such_json_is_an_error_that_quotes_nothing() {
    let fake = Fake::new(|_, _| answer(204, ""));
    let call = || client(&fake).request(Method::GET, "/api/v2/new");
    assert_eq!(call().json::<Option<Thing>>().await.expect("no body"), None);
    for body in [
        r#"{"id": {"s3cret": 1}}"#,
        r#""s3cret""#,
        r#"{"id": "s3cret"#,
    ] {
        let fake = Fake::new(move |_, _| answer(200, body));
        let error = client(&fake)
            .request(Method::GET, "/api/v2/new")
            .json::<Thing>()
            .await;
        let error = error.expect_err("no thing");
        assert!(matches!(error, Error::Decode(_)));
        assert!(
            !format!("{error:?} {error}").contains("s3cret"),
            "{error:?}"
        );
    }
}

#[derive(Deserialize)]
struct Page {
    results: Vec<Thing>,
}

#[tokio::test]
async fn raw_pages_are_walked_through() {
    let fake = Fake::new(|before, _| {
        let page = json!({"pageCount": 2, "results": [{"id": before.to_string()}]});
        answer(200, &page.to_string())
    });
    let call = client(&fake)
        .request(Method::POST, "/api/v2/new/search")
        .body(&json!({"q": 1}));
    let paging = Paging::number("pageNumber", "pageCount", "results").in_body();
    let mut things = call.json::<Page>().pages(paging).items(|page| page.results);
    let mut ids = Vec::new();
    while let Some(thing) = things.next().await {
        ids.push(thing.expect("a thing").id);
    }
    assert_eq!(ids, ["0", "1"]);
    assert_eq!(fake.requests()[1].body(), r#"{"pageNumber":2,"q":1}"#);
}

#[tokio::test(start_paused = true)]
async fn a_raw_job_is_waited_for_and_its_results_are_paged() {
    let mock = Mock::new();
    let jobs = "/api/v2/new/{kind}/jobs";
    mock.answer(format!("POST {jobs}"), &json!({"jobId": "j/1"}))
        .answer(
            format!("GET {jobs}/{{jobId}}"),
            &json!({"state": "RUNNING", "percentComplete": 50}),
        )
        .answer(format!("GET {jobs}/{{jobId}}"), &json!({"state": "DONE"}))
        .answer(
            format!("GET {jobs}/{{jobId}}/results"),
            &json!({"cursor": "c", "results": [{"id": "1"}]}),
        )
        .answer(
            format!("GET {jobs}/{{jobId}}/results"),
            &json!({"results": [{"id": "2"}]}),
        );
    let client = builder().transport(Arc::new(mock.clone()));
    let client = client.build().expect("the settings are right");
    let keys = JobKeys::new("jobId", "state", &["DONE"], &["FAILED"]).percent("percentComplete");
    let call = client
        .request(Method::POST, jobs)
        .path("kind", "a/b")
        .body(&json!({"q": 1}));
    let results = call.clone().wait(keys).await.expect("it is done");
    let paging = Paging::cursor("cursor", "cursor", "results");
    let mut things = results
        .json::<Page>()
        .pages(paging)
        .items(|page| page.results);
    let mut ids = Vec::new();
    while let Some(thing) = things.next().await {
        ids.push(thing.expect("a thing").id);
    }
    assert_eq!(ids, ["1", "2"]);
    let asked = mock.requests_of(format!("GET {jobs}/{{jobId}}/results"));
    let uri = asked[1].request().uri();
    assert_eq!(uri.path(), "/api/v2/new/a%2Fb/jobs/j%2F1/results");
    assert_eq!(uri.query(), Some("cursor=c"));
    assert!(mock.unused().is_empty());

    let failed = json!({"state": "FAILED", "errorMessage": "too many"});
    mock.answer(format!("POST {jobs}"), &json!({"jobId": "j"}))
        .answer(format!("GET {jobs}/{{jobId}}"), &failed);
    let Err(Error::Job(error)) = call.wait(keys.reason("errorMessage")).await else {
        panic!("it has failed")
    };
    assert_eq!(error.kind(), JobErrorKind::Failed);
    assert_eq!(error.reason(), Some("too many"));
    assert_eq!(error.operation(), "POST /api/v2/new/{kind}/jobs");
}
