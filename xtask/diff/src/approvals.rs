//! `accepted.yaml`: changes that somebody has looked at and approved, by fingerprint, with a reason.
//!
//! An approval takes a change out of what `--fail-on` looks at. It does not take it out of the
//! report, nor out of the version: an approved break is still a break for whoever updates.

use super::change::Change;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One approval.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// [`Change::fingerprint`].
    pub fingerprint: String,
    /// Why it is all right.
    pub because: String,
}

/// Approvals beside the changes that they are about.
#[derive(Debug, Default)]
pub struct Approvals {
    /// By fingerprint, those that match a change.
    pub reasons: HashMap<String, String>,
    /// Those that match no change: they can go.
    pub unmatched: Vec<Approval>,
}

impl Approvals {
    /// Looks up every approval.
    pub fn match_up(approvals: Vec<Approval>, changes: &[Change]) -> Self {
        let mut out = Self::default();
        if approvals.is_empty() {
            return out; // and nobody's fingerprint needs to be taken
        }
        let known: std::collections::HashSet<String> =
            changes.iter().map(Change::fingerprint).collect();
        for approval in approvals {
            if known.contains(&approval.fingerprint) {
                out.reasons.insert(approval.fingerprint, approval.because);
            } else {
                out.unmatched.push(approval);
            }
        }
        out
    }

    /// Why a change is all right, if somebody said so.
    pub fn reason(&self, change: &Change) -> Option<&str> {
        if self.reasons.is_empty() {
            return None;
        }
        self.reasons.get(&change.fingerprint()).map(String::as_str)
    }
}
