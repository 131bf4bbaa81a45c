//! `accepted.yaml`: approved changes, by fingerprint, with a reason.
//!
//! `--fail-on` ignores approved changes. The report and the version do not, because they still break
//! callers who update.

use crate::change::Change;
use crate::escape;
use serde::{Deserialize, Serialize};
use spec::yaml::{Places, Step, YamlError};
use std::collections::HashMap;
use std::fmt::Write as _;

/// The file's name in a spec folder.
pub const FILE: &str = "accepted.yaml";

/// One approval.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// [`Change::fingerprint`].
    pub fingerprint: String,
    /// The reason for the approval.
    pub because: String,
}

/// Approvals, matched with changes.
#[derive(Debug, Default)]
pub struct Approvals {
    /// By fingerprint, those that match a change.
    pub reasons: HashMap<String, String>,
    /// Those that match no change and can be deleted.
    pub unmatched: Vec<Approval>,
}

impl Approval {
    /// What is said of an approval that matches nothing.
    pub fn unmatched_line(&self) -> String {
        format!(
            "accepted.yaml approves {} ({}), which matches no change; remove the entry.",
            self.fingerprint, self.because
        )
    }
}

/// Reads `accepted.yaml`. A file without content is an empty list.
///
/// # Errors
/// The text is no list of approvals, an entry says nothing, or two approve the same change.
pub fn parse(text: &str) -> Result<Vec<Approval>, YamlError> {
    let approvals: Vec<Approval> = spec::yaml::parse_or_default(text)?;
    match fault(&approvals) {
        None => Ok(approvals),
        Some((index, message)) => Err(YamlError {
            message,
            range: Places::new(text).value(&[Step::Nth(index)]),
        }),
    }
}

/// What is wrong with an entry, and which.
fn fault(approvals: &[Approval]) -> Option<(usize, String)> {
    let mut seen = HashMap::new();
    for (
        index,
        Approval {
            fingerprint,
            because,
        },
    ) in approvals.iter().enumerate()
    {
        let number = index + 1;
        let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if fingerprint.len() != 16 || !fingerprint.chars().all(is_hex) {
            return Some((
                index,
                format!(
                    "entry {number}: `{fingerprint}` is not a fingerprint (16 lower-case hexadecimal digits)"
                ),
            ));
        }
        if because.trim().is_empty() {
            return Some((
                index,
                format!("entry {number}: `because` of {fingerprint} is empty; say why"),
            ));
        }
        if let Some(earlier) = seen.insert(fingerprint, number) {
            return Some((
                index,
                format!(
                    "entries {earlier} and {number} approve the same change, {fingerprint}; keep one"
                ),
            ));
        }
    }
    None
}

/// Entries for `accepted.yaml`, as YAML to append to it.
pub fn draft<'a>(changes: impl IntoIterator<Item = &'a Change>, because: &str) -> String {
    // A JSON string is a YAML string on one line, whatever is in it.
    let because = serde_json::to_string(because).expect("a string is always JSON");
    let mut out = String::new();
    for change in changes {
        let subject = &change.subject;
        let names = [
            &subject.api,
            &subject.operation,
            &subject.model,
            &subject.parameter,
            &subject.field,
            &subject.topic,
        ];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        let about = escape::one_line(&format!("{}: {}", names.join(", "), change.id));
        writeln!(
            out,
            "# {about}\n- fingerprint: \"{}\"\n  because: {because}",
            change.fingerprint()
        )
        .expect("a String takes everything");
    }
    out
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
