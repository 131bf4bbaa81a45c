//! Jobs: start, state, results.

use super::support::{Fake, answer, builder};
use crate::runtime::{Call, Error, Job, JobErrorKind, Operation, RequestParts, Require, Wait};
use http::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

const fn operation(id: &'static str, method: Method, path: &'static str) -> Operation {
    Operation::new(id, method, path, Require::Unknown, &[])
}

static START: Operation = operation("postJobs", Method::POST, "/api/v2/{kind}/jobs");
static POLL: Operation = operation("getJob", Method::GET, "/api/v2/{kind}/jobs/{jobId}");
static RESULTS: Operation = operation(
    "getJobResults",
    Method::GET,
    "/api/v2/{kind}/jobs/{id}/results",
);

static JOB: Job = Job {
    id: "jobId",
    poll: &POLL,
    results: &RESULTS,
    results_path: "/results",
    state: "state",
    done: &["FULFILLED"],
    failed: &["FAILED", "EXPIRED"],
    reason: Some("errorMessage"),
    percent: Some("percentComplete"),
};

fn wait(fake: &Arc<Fake>) -> Wait<Call<Value>> {
    let client = builder().transport(fake.clone()).access_token("t0ken");
    let client = client.build().expect("the settings are right");
    let parts = RequestParts::new(&client, &START)
        .path("kind", &"a/b")
        .body(&json!({"q": 1}));
    let parts = Call::<()>::new(parts).header("X-A", "b").into_parts();
    Wait::new(parts, &JOB, Call::new)
}

/// Answers the start with that, and then with these states.
fn serving(start: &'static str, states: &[Value]) -> Arc<Fake> {
    let states = states.to_vec();
    Fake::new(move |before, request| match before {
        0 => answer(200, start),
        _ if request.uri().path().ends_with("/results") => answer(200, r#"{"entities":[1]}"#),
        before => answer(200, &states[(before - 1).min(states.len() - 1)].to_string()),
    })
}

#[tokio::test(start_paused = true)]
async fn a_job_is_waited_for_and_its_results_are_asked_for() {
    let states = [
        json!({"state": "QUEUED"}),
        json!({"state": "PENDING", "percentComplete": 50}),
        json!({"state": "FULFILLED"}),
    ];
    let fake = serving(r#"{"jobId": "j/1"}"#, &states);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = seen.clone();
    let began = Instant::now();
    let results = wait(&fake)
        .on_progress(move |progress| {
            let state = (
                progress.state.clone(),
                progress.percent,
                progress.job_id.clone(),
            );
            noted.lock().expect("no test panics here").push(state);
        })
        .await
        .expect("it is done");
    assert!(
        began.elapsed() > Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(results.await.expect("results")["entities"], json!([1]));
    let sent = fake.requests();
    let paths: Vec<_> = sent
        .iter()
        .map(|it| (it.method().as_str(), it.uri().path()))
        .collect();
    let poll = ("GET", "/api/v2/a%2Fb/jobs/j%2F1");
    let results = ("GET", "/api/v2/a%2Fb/jobs/j%2F1/results");
    assert_eq!(
        paths,
        [("POST", "/api/v2/a%2Fb/jobs"), poll, poll, poll, results]
    );
    assert_eq!(
        sent[1].headers()["x-a"],
        "b",
        "header fields go with all of them"
    );
    assert!(sent[1].body().is_empty());
    let id = "j/1".to_owned();
    assert_eq!(
        *seen.lock().expect("no test panics here"),
        [
            ("QUEUED".to_owned(), None, id.clone()),
            ("PENDING".to_owned(), Some(50.0), id.clone()),
            ("FULFILLED".to_owned(), None, id),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_job_is_an_error_with_its_reason() {
    for (reason, said) in [
        (json!("too\nmuch"), Some("too\nmuch")),
        (json!({"message": "no"}), Some("no")),
        (json!([{"message": "a"}, {"message": "b"}]), Some("a; b")),
        (json!(null), None),
    ] {
        let fake = serving(
            r#"{"jobId": 7}"#,
            &[json!({"state": "FAILED", "errorMessage": reason})],
        );
        let Err(Error::Job(error)) = wait(&fake).await else {
            panic!("it failed")
        };
        assert_eq!(error.kind(), JobErrorKind::Failed);
        assert_eq!((error.job_id(), error.state()), ("7", "FAILED"));
        assert_eq!(error.reason(), said);
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_end_is_given_up_in_time() {
    // A state that nobody knows is not the end.
    let fake = serving(r#"{"jobId": "j"}"#, &[json!({"state": "MUSING"})]);
    let began = Instant::now();
    let every = Duration::from_secs(5);
    let outcome = wait(&fake)
        .deadline(Duration::from_secs(60))
        .poll_every(every, every)
        .await;
    let Err(Error::Job(error)) = outcome else {
        panic!("it never ends")
    };
    assert_eq!(began.elapsed().as_secs(), 60);
    assert_eq!(error.kind(), JobErrorKind::Deadline);
    assert_eq!((error.job_id(), error.state()), ("j", "MUSING"));
    let polls = fake.requests().len() - 1;
    assert!((10..=14).contains(&polls), "{polls}");
}

#[tokio::test(start_paused = true)]
async fn what_starts_no_job_is_told() {
    for start in ["{}", r#"{"jobId": ""}"#, "[]", r#"{"jobId": {}}"#] {
        let fake = serving(start, &[json!({})]);
        let Err(Error::Job(error)) = wait(&fake).await else {
            panic!("no job was started: {start}")
        };
        assert_eq!(error.kind(), JobErrorKind::NoId);
        assert_eq!(fake.requests().len(), 1);
    }
    let fake = Fake::new(|_, _| answer(403, "{}"));
    assert!(matches!(wait(&fake).await, Err(Error::Api(_))));
}

#[tokio::test(start_paused = true)]
async fn an_id_that_would_call_another_path_is_refused() {
    let fake = serving(r#"{"jobId": ".."}"#, &[json!({"state": "FULFILLED"})]);
    assert!(matches!(wait(&fake).await, Err(Error::Input(_))));
    assert_eq!(fake.requests().len(), 1);
}
