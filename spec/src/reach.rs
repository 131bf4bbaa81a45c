//! Which models are reached: those that operations name, and those that their fields name.

use crate::{Api, Field, Model, Models, Operation, Page, Parameter, Type};
use std::collections::BTreeSet;

impl Models {
    /// The model of that name. [`Models::models`] is sorted by name.
    pub fn get(&self, name: &str) -> Option<&Model> {
        self.position(name).map(|index| &self.models[index])
    }

    /// Where the model of that name stands in [`Models::models`].
    pub fn position(&self, name: &str) -> Option<usize> {
        let order = |model: &Model| model.name.as_str().cmp(name);
        self.models.binary_search_by(order).ok()
    }

    /// All models reachable from these types, through fields as well; undescribed ones too.
    pub fn reached<'a>(&'a self, types: impl IntoIterator<Item = &'a Type>) -> BTreeSet<&'a str> {
        reached(types, |name| self.get(name))
    }
}

impl Api {
    /// Every operation of every page.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.pages.iter().flat_map(|page| &page.operations)
    }

    /// Adds an opaque model for each name that operations, topics or fields use and no page describes, and
    /// sorts the models.
    pub fn add_opaque_models(&mut self) {
        let fields = self.models.models.iter().flat_map(Model::types);
        let topics = self.topics.iter().map(|topic| &topic.model);
        let types = self.operations().flat_map(Operation::types);
        let types = types.chain(fields).chain(topics);
        let named: BTreeSet<&str> = types.filter_map(Type::model).collect();
        let models = self.models.models.iter();
        let described: BTreeSet<&str> = models.map(|model| model.name.as_str()).collect();
        let opaque = named.difference(&described).map(|name| Model {
            name: (*name).to_owned(),
            opaque: true,
            fields: Vec::new(),
        });
        let opaque: Vec<Model> = opaque.collect();
        self.models.models.extend(opaque);
        let models = &mut self.models.models;
        models.sort_by(|left, right| left.name.cmp(&right.name));
    }

    /// The page of that name.
    pub fn page(&self, api: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.api == api)
    }
}

impl Operation {
    /// The types of what it sends.
    pub fn sent(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().map(Parameter::reaches)
    }

    /// The type of what it receives.
    pub fn received(&self) -> &Type {
        // Every fact is named, so that rustc asks here whether a new one reaches models.
        let Self {
            id: _,
            method: _,
            path: _,
            summary: _,
            description: _,
            preview: _,
            deprecated: _,
            safe: _,
            safe_because: _,
            permissions: _,
            paging: _,
            job: _,
            parameters: _, // in `sent`
            returns,
            produces: _,
        } = self;
        returns
    }

    /// The types of what it sends and receives.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        self.sent().chain([self.received()])
    }
}

impl Parameter {
    /// The type by which it reaches models.
    fn reaches(&self) -> &Type {
        let Self {
            name: _,
            location: _,
            wire: _,
            ty,
            required: _,
            default: _,
            values: _,
            explode: _,
            description: _,
        } = self;
        ty
    }
}

impl Model {
    /// The types of its fields.
    pub fn types(&self) -> impl Iterator<Item = &Type> {
        self.fields.iter().map(Field::reaches)
    }
}

impl Field {
    /// The type by which it reaches models.
    fn reaches(&self) -> &Type {
        let Self {
            name: _,
            wire: _,
            ty,
            required: _,
            values: _,
            description: _,
        } = self;
        ty
    }
}

/// The names of all models reachable from these types, through the fields of what `model` finds.
pub fn reached<'a>(
    types: impl IntoIterator<Item = &'a Type>,
    model: impl Fn(&str) -> Option<&'a Model>,
) -> BTreeSet<&'a str> {
    let mut waiting: Vec<&str> = types.into_iter().filter_map(Type::model).collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if reached.insert(name)
            && let Some(model) = model(name)
        {
            waiting.extend(model.types().filter_map(Type::model));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models(described: &[(&str, &[&str])]) -> Models {
        let field = |word: &&str| Field {
            name: "f".to_owned(),
            wire: None,
            ty: Type::Array(Box::new(Type::from_word(word))),
            required: false,
            values: Vec::new(),
            description: String::new(),
        };
        let model = |(name, fields): &(&str, &[&str])| Model {
            name: (*name).to_owned(),
            opaque: false,
            fields: fields.iter().map(field).collect(),
        };
        let models = described.iter().map(model).collect();
        Models {
            models,
            ..Models::default()
        }
    }

    #[test]
    fn fields_are_followed_through_circles_to_what_nothing_describes() {
        let models = models(&[("A", &["B", "string"]), ("B", &["A", "Z"]), ("C", &["A"])]);
        let from = [
            Type::Map(Box::new(Type::Model("A".to_owned()))),
            Type::String,
        ];
        assert_eq!(models.reached(&from), BTreeSet::from(["A", "B", "Z"]));
        assert_eq!(models.reached(&from[1..]), BTreeSet::new());
    }

    #[test]
    fn a_model_is_found_by_its_name() {
        let models = models(&[("A", &[]), ("B", &[]), ("C", &[])]);
        for (position, name) in ["A", "B", "C"].into_iter().enumerate() {
            assert_eq!(models.position(name), Some(position));
            assert_eq!(
                models.get(name).map(|model| model.name.as_str()),
                Some(name)
            );
        }
        assert_eq!(models.get("AB"), None);
    }

    #[test]
    fn a_page_is_found_by_its_name() {
        let page = |api: &str| {
            let text = format!("{{ format: 1, api: {api}, base_url: u, operations: [] }}");
            crate::yaml::parse_page(&text).expect("a page")
        };
        let api = Api {
            pages: vec![page("AApi"), page("BApi")],
            ..Api::default()
        };
        assert_eq!(api.page("BApi").map(|page| page.api.as_str()), Some("BApi"));
        assert_eq!(api.page("CApi"), None);
    }

    #[test]
    fn what_nothing_describes_is_an_opaque_model_in_its_place() {
        let text = "{ format: 1, api: X, base_url: u, operations: [{ id: a, method: GET, path: /a, \
            parameters: [{ name: body, in: body, type: Sent }], returns: [A] }] }";
        let mut api = Api {
            pages: vec![crate::yaml::parse_page(text).expect("a page")],
            models: models(&[("B", &["Field"]), ("A", &["B"])]),
            ..Api::default()
        };
        api.add_opaque_models();
        let models = api.models.models.iter();
        let seen: Vec<_> = models
            .map(|model| (model.name.as_str(), model.opaque))
            .collect();
        assert_eq!(
            seen,
            [("A", false), ("B", false), ("Field", true), ("Sent", true)]
        );
    }
}
