//! Hooks: the user's code around every attempt, to count, sign or log requests.

use crate::runtime::error::Error;
use crate::runtime::operation::Operation;
use bytes::Bytes;
use http::{Request, Response};
use std::fmt;

/// Called around each attempt of each call. The log-in's own requests are not shown.
pub trait Hook: Send + Sync {
    /// Called before an attempt; may change the request. The token is added afterwards, so it is not
    /// visible here. An `Authorization` that is set here is kept.
    ///
    /// # Errors
    /// An error ends the call; nothing is sent.
    fn before(&self, attempt: &Attempt, request: &mut Request<Bytes>) -> Result<(), Error> {
        let _ = (attempt, request);
        Ok(())
    }

    /// Called after an attempt with its answer, of any status, or its error.
    fn after(&self, attempt: &Attempt, outcome: Result<&Response<Bytes>, &Error>) {
        let _ = (attempt, outcome);
    }
}

/// Which attempt of which operation.
#[derive(Clone, Copy)]
pub struct Attempt {
    pub(crate) operation: &'static Operation,
    pub(crate) number: u32,
}

impl Attempt {
    /// The documented name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// The number of the attempt in its call, starting at 1.
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("operation", &self.operation.id)
            .field("number", &self.number)
            .finish()
    }
}
