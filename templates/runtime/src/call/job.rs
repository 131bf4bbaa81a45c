//! Waits for a job: starts it, polls its state until it has ended, and returns the call for the
//! results. Only that call is generic.

use super::request::RequestParts;
use super::{body_field, send};
use crate::runtime::error::{Error, JobError, JobErrorKind};
use crate::runtime::http::{BoxFuture, caught};
use crate::runtime::operation::Operation;
use bytes::Bytes;
use serde_json::Value;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// The default deadline of a job.
const DEADLINE: Duration = Duration::from_secs(60 * 60);
/// The default waits before the first poll, and at most between two polls.
const POLL_EVERY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// A job that an operation starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    /// The key of the first answer that holds the job's id.
    pub id: &'static str,
    /// Answers with the state; its path is the first's and the id.
    pub poll: &'static Operation,
    /// Answers with the results.
    pub results: &'static Operation,
    /// The path of the results below that of the state, such as `/results`.
    pub results_path: &'static str,
    /// The key of the answer that holds the state.
    pub state: &'static str,
    /// The states in which there are results.
    pub done: &'static [&'static str],
    /// The final states without results.
    pub failed: &'static [&'static str],
    /// The key that says why.
    pub reason: Option<&'static str>,
    /// The key that says how much is done.
    pub percent: Option<&'static str>,
}

/// The keys and states of a job that [`RawCall::wait`](crate::RawCall::wait) starts. Rendered operations
/// have them built in.
#[derive(Clone, Copy, Debug)]
pub struct JobKeys {
    id: &'static str,
    state: &'static str,
    done: &'static [&'static str],
    failed: &'static [&'static str],
    reason: Option<&'static str>,
    percent: Option<&'static str>,
}

impl JobKeys {
    /// The first answer has the job's id under the key `id`; later ones have its state under `state`. The
    /// states `done` mean that there are results, the states `failed` that there never will be.
    pub const fn new(
        id: &'static str,
        state: &'static str,
        done: &'static [&'static str],
        failed: &'static [&'static str],
    ) -> Self {
        Self {
            id,
            state,
            done,
            failed,
            reason: None,
            percent: None,
        }
    }

    /// The key of the reason for a failure.
    #[must_use]
    pub const fn reason(mut self, key: &'static str) -> Self {
        self.reason = Some(key);
        self
    }

    /// The key of the progress in percent.
    #[must_use]
    pub const fn percent(mut self, key: &'static str) -> Self {
        self.percent = Some(key);
        self
    }

    pub(super) fn job(
        self,
        poll: &'static Operation,
        results: &'static Operation,
        results_path: &'static str,
    ) -> Job {
        Job {
            id: self.id,
            poll,
            results,
            results_path,
            state: self.state,
            done: self.done,
            failed: self.failed,
            reason: self.reason,
            percent: self.percent,
        }
    }
}

/// The progress of a job that is waited for.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct JobProgress {
    /// The job's id.
    pub job_id: String,
    /// Its last state, in the API's words.
    pub state: String,
    /// The progress in percent; `None` if the API does not report it.
    pub percent: Option<f64>,
    /// The time since the job was started.
    pub elapsed: Duration,
}

/// Starts a job and waits for its results. Awaiting it gives the call `R` that requests them.
///
/// Dropping it ends the wait, not the job.
#[must_use = "a job is started when this is awaited"]
pub struct Wait<R> {
    job: Waiting,
    results: fn(RequestParts) -> R,
}

/// Code of the user's that sees each state.
type Watcher = Box<dyn FnMut(&JobProgress) + Send>;

struct Waiting {
    parts: RequestParts,
    job: Job,
    deadline: Duration,
    poll_every: (Duration, Duration),
    progress: Option<Watcher>,
}

impl<R> Wait<R> {
    pub(crate) fn new(parts: RequestParts, job: &Job, results: fn(RequestParts) -> R) -> Self {
        Self {
            job: Waiting {
                parts,
                job: *job,
                deadline: DEADLINE,
                poll_every: POLL_EVERY,
                progress: None,
            },
            results,
        }
    }

    /// How long to wait for the job after its start. Default: one hour. After that an [`Error::Job`] with
    /// the job's id is returned; the job itself goes on.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.job.deadline = deadline;
        self
    }

    /// The wait before the first poll, and the longest wait between two polls. Default: 1 and 30 seconds.
    /// Each wait is half as long again as the one before.
    pub fn poll_every(mut self, first: Duration, most: Duration) -> Self {
        self.job.poll_every = (first, most);
        self
    }

    /// Calls `progress` with each state that the API reports.
    pub fn on_progress(mut self, progress: impl FnMut(&JobProgress) + Send + 'static) -> Self {
        self.job.progress = Some(Box::new(progress));
        self
    }
}

impl<R> fmt::Debug for Wait<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("parts", &self.job.parts)
            .field("deadline", &self.job.deadline)
            .finish_non_exhaustive()
    }
}

impl<R> IntoFuture for Wait<R> {
    type Output = Result<R, Error>;
    type IntoFuture = WaitFuture<R>;

    fn into_future(self) -> WaitFuture<R> {
        // What watches the job may panic.
        let done = async {
            caught(self.job.run())
                .await
                .unwrap_or_else(|| Err(send::panicked()))
        };
        WaitFuture {
            done: Box::pin(done),
            results: self.results,
        }
    }
}

/// The future of a [`Wait`].
#[must_use = "a job is started when this is awaited"]
pub struct WaitFuture<R> {
    done: BoxFuture<'static, Result<RequestParts, Error>>,
    results: fn(RequestParts) -> R,
}

impl<R> Future for WaitFuture<R> {
    type Output = Result<R, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let done = ready!(self.done.as_mut().poll(context));
        Poll::Ready(done.map(self.results))
    }
}

impl<R> fmt::Debug for WaitFuture<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFuture").finish_non_exhaustive()
    }
}

impl Waiting {
    /// The call for the results, once there are any.
    async fn run(mut self) -> Result<RequestParts, Error> {
        let started = Instant::now();
        let mut seen = JobProgress::default();
        let raw = send::send(self.parts.clone()).await?;
        let Some(id) = text(&raw.body, self.job.id) else {
            return Err(self.error(JobErrorKind::NoId, seen, None));
        };
        seen.job_id = id;
        let path = format!("{}/{{jobId}}", self.parts.path_text());
        let poll = self.parts.below(self.job.poll, path.clone());
        let poll = poll.path("jobId", &seen.job_id.as_str());
        let results = self
            .parts
            .below(self.job.results, path + self.job.results_path);
        let results = results.path("jobId", &seen.job_id.as_str());
        let deadline = self.deadline;
        match timeout(deadline, self.ends(poll, started, &mut seen)).await {
            Ok(Ok(())) => Ok(results),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(self.error(JobErrorKind::Deadline, seen, None)),
        }
    }

    /// Asks for the state until the job has ended.
    async fn ends(
        &mut self,
        poll: RequestParts,
        started: Instant,
        seen: &mut JobProgress,
    ) -> Result<(), Error> {
        let (mut delay, most) = self.poll_every;
        loop {
            sleep(spread(delay.min(most))).await;
            delay = delay.saturating_mul(3) / 2;
            let raw = send::send(poll.clone()).await?;
            seen.state = text(&raw.body, self.job.state).unwrap_or_default();
            seen.percent = self.percent(&raw.body);
            seen.elapsed = started.elapsed();
            if let Some(progress) = &mut self.progress {
                progress(seen);
            }
            let state = seen.state.as_str();
            if self.job.done.contains(&state) {
                return Ok(());
            }
            if self.job.failed.contains(&state) {
                let reason = self.reason(&raw.body);
                return Err(self.error(JobErrorKind::Failed, seen.clone(), reason));
            }
        }
    }

    fn percent(&self, body: &Bytes) -> Option<f64> {
        body_field::get(body, self.job.percent?)?.parse().ok()
    }

    fn reason(&self, body: &Bytes) -> Option<String> {
        let json = body_field::get(body, self.job.reason?)?;
        message(&serde_json::from_str(json).ok()?)
    }

    fn error(&self, kind: JobErrorKind, seen: JobProgress, reason: Option<String>) -> Error {
        JobError {
            operation: self.parts.operation().id,
            kind,
            job_id: seen.job_id,
            state: seen.state,
            reason,
        }
        .into()
    }
}

/// Up to a tenth more or less, so that jobs that were started at once are not asked for at once.
fn spread(delay: Duration) -> Duration {
    let seconds = delay.as_secs_f64() * (0.9 + 0.2 * fastrand::f64());
    Duration::try_from_secs_f64(seconds).unwrap_or(delay)
}

/// A text, or a number as it is written, under a key.
fn text(body: &[u8], key: &str) -> Option<String> {
    let json = body_field::get(super::response::json(body), key)?;
    let is_number = json.starts_with(|it: char| it == '-' || it.is_ascii_digit());
    let text = if is_number {
        json.to_owned()
    } else {
        serde_json::from_str(json).ok()?
    };
    (!text.is_empty()).then_some(text)
}

/// A text, the `message` of an object, or those of a list.
fn message(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Object(object) => object.get("message").and_then(message),
        Value::Array(list) => {
            let messages: Vec<String> = list.iter().filter_map(message).collect();
            (!messages.is_empty()).then(|| messages.join("; "))
        }
        _ => None,
    }
}
