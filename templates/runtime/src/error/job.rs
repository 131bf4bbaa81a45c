//! Jobs without results.

use super::text::Escaped;
use std::error::Error as StdError;
use std::fmt::{self, Write as _};

/// A job without results.
#[derive(Debug)]
pub struct JobError {
    pub(crate) operation: &'static str,
    pub(crate) kind: JobErrorKind,
    pub(crate) job_id: String,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
}

/// Why a job has no results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobErrorKind {
    /// The API says that it failed.
    Failed,
    /// It did not end within the deadline. The job goes on.
    Deadline,
    /// The API's answer has no job id.
    NoId,
}

impl JobError {
    /// Why there are no results.
    pub fn kind(&self) -> JobErrorKind {
        self.kind
    }

    /// The documented name of the operation that started the job.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The job's id; empty for [`JobErrorKind::NoId`].
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    /// The last state that the API reported; empty if there was none.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The API's reason for the failure.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, state) = (self.job_id(), self.state());
        let mut f = Escaped(f);
        write!(f, "{}: ", self.operation)?;
        match self.kind {
            JobErrorKind::NoId => write!(f, "the answer has no id of a job"),
            JobErrorKind::Failed => write!(f, "the job {id:?} ended in the state {state:?}"),
            JobErrorKind::Deadline if state.is_empty() => {
                write!(f, "the job {id:?} has not said its state in time")
            }
            JobErrorKind::Deadline => {
                write!(
                    f,
                    "the job {id:?} has not ended in time; its state is {state:?}"
                )
            }
        }?;
        match &self.reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

impl StdError for JobError {}
