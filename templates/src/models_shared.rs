//! Enums that several models have with the same name and the same values. Pure.
//!
//! Half of the whole SDK's 3,350 enums are such copies, and an enum costs the compiler ten `impl`s. So one
//! model defines it and the others import it: the path `models::user::State` is there either way, also
//! after a later version of the docs gives one of the models another value and so an enum of its own.

use crate::models_enum::has_enums;
use crate::models_item;
use crate::values::variants;
use spec::Model;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Of one model: the enums that another defines, by name, with the module of that one.
pub type Imports<'a> = BTreeMap<String, &'a str>;

/// What each model imports, in the order of the models; `reached` are the pages that compile each. A model
/// imports only from one that is compiled with all of its pages.
pub fn imports<'a>(
    models: &[Model],
    modules: &'a [String],
    reached: &[BTreeSet<usize>],
) -> Vec<Imports<'a>> {
    let mut copies: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    let with_enums = models.iter().enumerate();
    let with_enums = with_enums.filter(|(_, model)| has_enums(model));
    for (index, model) in with_enums {
        for (name, values) in models_item::enums(model) {
            let copies = copies.entry((name, variants(values))).or_default();
            copies.push(index);
        }
    }
    let mut imports = vec![Imports::new(); models.len()];
    for ((name, _), mut users) in copies {
        users.sort_by_key(|user| Reverse(reached[*user].len()));
        let mut homes: Vec<usize> = Vec::new();
        for user in users {
            let mut defined = homes.iter();
            match defined.find(|home| reached[user].is_subset(&reached[**home])) {
                Some(home) => {
                    imports[user].insert(name.clone(), modules[*home].as_str());
                }
                None => homes.push(user),
            }
        }
    }
    imports
}

#[cfg(test)]
mod tests {
    use super::imports;
    use spec::{Field, Model, Scalar, Type};
    use std::collections::BTreeSet;

    fn model(name: &str, values: &[&str]) -> Model {
        let field = Field {
            name: "state".to_owned(),
            wire: None,
            ty: Type::String,
            required: false,
            values: values
                .iter()
                .map(|text| Scalar::String((*text).to_owned()))
                .collect(),
            description: String::new(),
        };
        Model {
            name: name.to_owned(),
            opaque: false,
            fields: vec![field],
        }
    }

    #[test]
    fn an_enum_is_imported_only_from_a_model_that_is_compiled_with_it() {
        let models = [
            model("Narrow", &["on", "off"]),
            model("Wide", &["on", "off"]),
            model("Elsewhere", &["on", "off"]),
            model("Full", &["on", "off"]),
            model("Other", &["on", "off", "lost"]),
            model("Order", &["off", "on"]),
        ];
        let modules = models.each_ref().map(|model| model.name.to_lowercase());
        let pages: [&[usize]; 6] = [&[1], &[0, 1], &[2], &[], &[1], &[1]];
        let reached = pages.map(|pages| pages.iter().copied().collect::<BTreeSet<usize>>());
        let found = imports(&models, &modules, &reached);
        let found = found.iter().map(|imports| imports.get("State").copied());
        assert_eq!(
            found.collect::<Vec<_>>(),
            [Some("wide"), None, None, Some("wide"), None, None]
        );
    }
}
