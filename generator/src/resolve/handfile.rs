//! A hand-written YAML file, for the positions of its entries.

use crate::diagnostic::Span;
use spec::yaml::{Places, Step};

/// A hand-written file.
pub(super) struct HandFile<'a> {
    file: &'a str,
    places: Places<'a>,
}

impl<'a> HandFile<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        let places = Places::new(text);
        Self { file, places }
    }

    /// The key at the end of a path of keys.
    pub fn key(&self, path: &[&str]) -> Span {
        Span::new(self.file, &self.places.key(path))
    }

    /// The value of that key, if it is on one line.
    pub fn value(&self, path: &[&str]) -> Span {
        let steps: Vec<Step<'_>> = path.iter().map(|key| Step::Key(key)).collect();
        Span::new(self.file, &self.places.value(&steps))
    }

    /// The name of a model of models.yaml.
    pub fn model(&self, name: &str) -> Span {
        let path = [Step::Key("models"), Step::Named(name)];
        Span::new(self.file, &self.places.of(&path))
    }

    /// The name of a field of a model of models.yaml; the model's name if there is no such field.
    pub fn field(&self, model: &str, name: &str) -> Span {
        let path = [
            Step::Key("models"),
            Step::Named(model),
            Step::Key("fields"),
            Step::Named(name),
        ];
        Span::new(self.file, &self.places.of(&path))
    }
}
