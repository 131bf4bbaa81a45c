//! Compares settled pages: operations on several pages, and names that clash.
//!
//! The vendor repeats an operation on each page that it belongs to (152 operations at version 259),
//! mostly but not always with the same facts.

use super::overlay::Overlaid;
use super::settled::SettledPage;
use crate::diagnostic::{Code, Diagnostic};
use spec::{Method, Operation};
use std::collections::HashMap;

pub(super) fn compare(pages: &[SettledPage]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for pair in pages.windows(2) {
        let (first, second) = (&pair[0], &pair[1]);
        if first.page.api == second.page.api {
            let message = format!("{} is the name of two pages", second.page.api);
            diagnostics.push(Diagnostic {
                related: vec![(first.span(&first.name), "the other page".to_owned())],
                ..Diagnostic::new(Code::PageTwice, message, second.span(&second.name))
            });
        }
    }
    let mut by_id: HashMap<&str, Placed<'_>> = HashMap::new();
    let mut by_request: HashMap<(Method, &str), Placed<'_>> = HashMap::new();
    for (page, settled) in pages.iter().enumerate() {
        for (at, operation) in settled.page.operations.iter().enumerate() {
            let this = Placed { pages, page, at };
            let request = (operation.method, operation.path.as_str());
            let named = *by_id.entry(&operation.id).or_insert(this);
            diagnostics.extend(this.beside(named));
            let requested = *by_request.entry(request).or_insert(this);
            // A copy with the same id has been compared already.
            if requested.page != page && requested.operation().id != operation.id {
                diagnostics.push(this.under_two_ids(requested));
            }
        }
    }
    diagnostics
}

/// That a request only reads, and the media type of its answer, are facts of the request, not of a
/// page: set for one copy, they hold for all. The overlay's fact for one copy goes before an
/// inferred fact of another.
pub(super) fn share_overlaid(pages: &mut [SettledPage], overlay: &Overlaid<'_>) {
    let mut said: HashMap<(Method, String), SharedFacts> = HashMap::new();
    for page in pages.iter() {
        for operation in &page.page.operations {
            let patch = overlay.patch(&page.page.api, &operation.id);
            let by_overlay = patch.is_some_and(|patch| patch.safe.is_some());
            let request = (operation.method, operation.path.clone());
            let shared = said.entry(request).or_default();
            if by_overlay || (operation.safe && !shared.by_overlay && !shared.safe) {
                shared.by_overlay |= by_overlay;
                shared.safe = operation.safe;
                shared.because.clone_from(&operation.safe_because);
            }
            if shared.produces.is_none() {
                shared.produces.clone_from(&operation.produces);
            }
        }
    }
    for operation in pages.iter_mut().flat_map(|page| &mut page.page.operations) {
        let request = (operation.method, std::mem::take(&mut operation.path));
        if let Some(shared) = said.get(&request) {
            operation.safe = shared.safe;
            operation.safe_because.clone_from(&shared.because);
            // Copies with different facts do differ, and that is reported.
            let produces = operation.produces.take();
            operation.produces = produces.or_else(|| shared.produces.clone());
        }
        operation.path = request.1;
    }
}

/// Facts that all copies of an operation share.
#[derive(Default)]
struct SharedFacts {
    safe: bool,
    because: String,
    /// Whether the overlay set it.
    by_overlay: bool,
    produces: Option<String>,
}

/// An operation on one of the pages.
#[derive(Clone, Copy)]
struct Placed<'a> {
    pages: &'a [SettledPage],
    page: usize,
    at: usize,
}

impl<'a> Placed<'a> {
    fn operation(self) -> &'a Operation {
        &self.pages[self.page].page.operations[self.at]
    }

    fn api(self) -> &'a str {
        &self.pages[self.page].page.api
    }

    /// The finding about an operation and the first one with its id. The page reader reports two on
    /// one page.
    fn beside(self, first: Self) -> Option<Diagnostic> {
        if self.page == first.page {
            return None;
        }
        let (this, other) = (self.operation(), first.operation());
        let (id, here, there) = (&this.id, self.api(), first.api());
        if (this.method, &this.path) != (other.method, &other.path) {
            let message = format!("{id} is another operation on {here} than on {there}");
            return Some(self.finding(Code::IdOfTwoOperations, message, first));
        }
        let differing = spec::differing(&this.facts(), &other.facts());
        Some(if differing.is_empty() {
            let message = format!("{id} is on {there} and on {here}");
            self.finding(Code::OperationOnSeveralPages, message, first)
        } else {
            let facts = differing.join(", ");
            let message = format!("{id} differs between {there} and {here}: {facts}");
            self.finding(Code::CopiesDiffer, message, first)
        })
    }

    fn under_two_ids(self, first: Self) -> Diagnostic {
        let operation = self.operation();
        let (method, path, id) = (operation.method, &operation.path, &operation.id);
        let other = &first.operation().id;
        let message = format!("{method} {path} is called {id} here and {other} there");
        self.finding(Code::OperationUnderTwoIds, message, first)
    }

    fn finding(self, code: Code, message: String, first: Self) -> Diagnostic {
        let place = |copy: Self| {
            let settled = &copy.pages[copy.page];
            settled.span(&settled.places[copy.at].id)
        };
        Diagnostic {
            related: vec![(place(first), "the other one".to_owned())],
            ..Diagnostic::new(code, message, place(self))
        }
    }
}
