//! JSON of an answer that its model has no field for. It is kept, so that reading, changing and writing
//! a model loses nothing.

use super::read::Path;
use super::{Place, Value, View};
use std::fmt;

/// Undocumented fields, values of another type than documented, and fields to be sent as `null`.
/// Takes 8 bytes while it is empty.
///
/// They are sent back unchanged under their keys, unless the model's own field of that key is set. A number
/// of more than 64 bits is the nearest double, as in any JSON here.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Kept>>);

#[derive(Clone, Default, PartialEq)]
struct Kept {
    fields: serde_json::Map<String, serde_json::Value>,
    left_out: Vec<(Path, serde_json::Value)>,
}

impl Extra {
    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The JSON under a key: of an undocumented field, or of a field whose value is not of the
    /// documented type (the model's field is then `None`).
    pub fn get(&self, key: &str) -> Option<&serde_json::Value> {
        self.0.as_ref()?.fields.get(key)
    }

    /// All keys and their JSON, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &serde_json::Value)> {
        let kept = self.0.iter();
        kept.flat_map(|kept| kept.fields.iter().map(|(key, value)| (key.as_str(), value)))
    }

    /// Elements of lists and maps that are `null` or not of the documented type, with their path below
    /// the model (`skills[2]`). They are not in the list, and are not sent back.
    pub fn left_out(&self) -> impl Iterator<Item = (String, &serde_json::Value)> {
        let kept = self.0.iter().flat_map(|kept| &kept.left_out);
        kept.map(|(path, value)| (path.to_string(), value))
    }

    /// Sets the JSON to send under a key. It is sent only if the model's own field of that key is
    /// `None`. `serde_json::Value::Null` clears a field in a PATCH.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<serde_json::Value>) {
        self.kept().fields.insert(key.into(), value.into());
    }

    /// Removes and returns the JSON under a key.
    pub fn remove(&mut self, key: &str) -> Option<serde_json::Value> {
        self.0.as_mut()?.fields.remove(key)
    }

    pub(super) fn leave_out(&mut self, path: Path, value: serde_json::Value) {
        self.kept().left_out.push((path, value));
    }

    fn kept(&mut self) -> &mut Kept {
        self.0.get_or_insert_default()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_map();
        shown.entries(self.iter());
        for (path, value) in self.left_out() {
            shown.entry(&format_args!("{path}"), value);
        }
        shown.finish()
    }
}

impl Value for Extra {
    fn empty() -> Self {
        Self(None)
    }

    fn view(&self) -> View<'_> {
        View::Extra(self)
    }

    fn place(&mut self) -> Place<'_> {
        Place::Extra(self)
    }
}
