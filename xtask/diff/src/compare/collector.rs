//! Collects the changes of one operation or model.

use crate::change::{Access, Change, Id, Impact, Subject};

/// Collects the changes of one place.
pub(super) struct ChangeCollector {
    subject: Subject,
    pub(super) changes: Vec<Change>,
}

/// What was and what is, for [`ChangeCollector::push`].
pub(super) type Sides = (Option<String>, Option<String>);

/// The impacts of a change, for [`ChangeCollector::push`].
#[derive(Clone, Copy)]
pub(super) struct Impacts {
    /// On the wire.
    pub wire: Impact,
    /// On code that uses the client crate.
    pub rust: Impact,
}

impl Impacts {
    /// None, neither on the wire nor on code.
    pub(super) const NONE: Self = Self::both(Impact::None);
    /// Compatible, on the wire and on code.
    pub(super) const COMPATIBLE: Self = Self::both(Impact::Compatible);
    /// Breaks calls and code.
    pub(super) const BREAKING: Self = Self::both(Impact::Breaking);

    const fn both(impact: Impact) -> Self {
        Self {
            wire: impact,
            rust: impact,
        }
    }
}

/// Both sides of a value that changed.
pub(super) fn sides(old: &(impl ToString + ?Sized), new: &(impl ToString + ?Sized)) -> Sides {
    (Some(old.to_string()), Some(new.to_string()))
}

/// Both sides of a text; no text is none.
pub(super) fn texts(old: &str, new: &str) -> Sides {
    let side = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (side(old), side(new))
}

impl ChangeCollector {
    pub(super) fn at(subject: Subject) -> Self {
        Self {
            subject,
            changes: Vec::new(),
        }
    }

    /// A change of the place itself.
    pub(super) fn push(
        &mut self,
        id: Id,
        (old, new): Sides,
        Impacts { wire, rust }: Impacts,
        text: String,
    ) {
        let subject = self.subject.clone();
        self.changes.push(Change {
            subject,
            id,
            old,
            new,
            wire,
            rust,
            access: None,
            text,
            rust_name: None,
        });
    }

    /// A change of who may call; it never shows in code.
    pub(super) fn push_access(&mut self, id: Id, (old, new): Sides, access: Access, text: String) {
        let subject = self.subject.clone();
        let (wire, rust) = (access.wire(), Impact::None);
        self.changes.push(Change {
            subject,
            id,
            old,
            new,
            wire,
            rust,
            access: Some(access),
            text,
            rust_name: None,
        });
    }

    /// What `fill` finds is about that parameter.
    pub(super) fn in_parameter(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.subject.parameter = Some(name.to_owned());
        fill(self);
        self.subject.parameter = None;
    }

    /// What `fill` finds is about that field.
    pub(super) fn in_field(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.subject.field = Some(name.to_owned());
        fill(self);
        self.subject.field = None;
    }
}
