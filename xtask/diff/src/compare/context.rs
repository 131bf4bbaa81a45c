//! The input of every comparison.

use super::usage::Usage;
use super::verdict::SeenByCallers;
use crate::change::Subject;
use spec::{Api, Operation, Page, RenamedOperation};
use templates::{OperationSurface, Surface};

/// What stays the same during one comparison.
pub(super) struct Context<'a> {
    pub(super) old: &'a Api,
    pub(super) new: &'a Api,
    /// The aliases that the new client has.
    pub(super) renamed: &'a [RenamedOperation],
    pub(super) usage: Usage<'a>,
    /// What callers saw.
    pub(super) old_surface: Surface<'a>,
    /// What callers see.
    pub(super) new_surface: Surface<'a>,
}

/// The place of an operation.
pub(super) fn subject_of(page: &Page, operation: &Operation) -> Subject {
    Subject {
        api: Some(page.api.clone()),
        operation: Some(operation.id.clone()),
        method: Some(operation.method),
        path: Some(operation.path.clone()),
        ..Subject::default()
    }
}

impl Context<'_> {
    /// What callers saw and see of an operation that is in both versions.
    pub(super) fn seen(
        &self,
        (old_page, old): (&Page, &Operation),
        (new_page, new): (&Page, &Operation),
    ) -> SeenByCallers<'_, OperationSurface<'_>> {
        let was = self.old_surface.operation(&old_page.api, &old.id);
        let is = self.new_surface.operation(&new_page.api, &new.id);
        SeenByCallers {
            was: was.expect("a surface has every operation of its API"),
            is: is.expect("a surface has every operation of its API"),
        }
    }
}
