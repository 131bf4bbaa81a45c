//! The public API of the client, for comparing two versions: names, types and enums, made from the plan
//! that is rendered and by the functions that render it.

use crate::plan::{self, OperationPlan, PagePlan, ParameterPlan};
use crate::{argument, models_item, paging, rust_type, topics, values};
use proc_macro2::TokenStream;
use spec::{Api, Model, RenamedOperation};
use std::collections::HashMap;

/// The surface of the client of an API.
#[derive(Debug, Default)]
pub struct Surface<'a> {
    /// By page and documented name.
    operations: HashMap<&'a str, HashMap<&'a str, OperationSurface<'a>>>,
    models: HashMap<&'a str, ModelSurface<'a>>,
    /// By template.
    topics: HashMap<&'a str, TopicSurface<'a>>,
}

/// A notification topic: a function that makes it, and a constant that decodes its events.
#[derive(Debug)]
pub struct TopicSurface<'a> {
    /// The function's name; the constant's is the same in capitals.
    pub function: String,
    /// The model of its events; nothing where they have none, and then no constant.
    pub body: Option<&'a str>,
}

/// An operation: a method of its page's handle.
#[derive(Debug)]
pub struct OperationSurface<'a> {
    /// How it is reached from the client: `users().get_user`.
    pub call: String,
    /// The type of its answer.
    pub returns: String,
    /// Whether the method returns a builder of its own instead of a `Call`.
    pub has_builder: bool,
    /// The type of the items of all pages, if it has `.items()`.
    pub items: Option<String>,
    /// Arguments and setters.
    pub parameters: Vec<ParameterSurface<'a>>,
}

/// An argument, or a setter of the builder.
#[derive(Debug)]
pub struct ParameterSurface<'a> {
    /// The documented name.
    pub documented: &'a str,
    /// Its name in Rust. Callers do not write the name of an argument.
    pub name: String,
    /// What is passed, with an enum of its own as `Values`.
    pub ty: String,
    /// The variants of its enum, by their texts on the wire; empty if there is none.
    pub variants: Vec<(String, String)>,
}

/// A model: a struct, or JSON.
#[derive(Debug)]
pub struct ModelSurface<'a> {
    /// Whether it is a name for JSON.
    pub is_json: bool,
    /// Fields of the struct.
    pub fields: Vec<FieldSurface<'a>>,
}

/// A field of a model.
#[derive(Debug)]
pub struct FieldSurface<'a> {
    /// The documented name.
    pub documented: &'a str,
    /// Its name in Rust.
    pub name: String,
    /// What it holds, with an enum of its own as `Values`.
    pub ty: String,
    /// The variants of its enum, by their texts on the wire; empty if there is none.
    pub variants: Vec<(String, String)>,
}

/// What callers see of an API with these aliases.
pub fn surface<'a>(api: &'a Api, renamed: &'a [RenamedOperation]) -> Surface<'a> {
    let (pages, _) = plan::pages(api, renamed);
    let mut operations = HashMap::new();
    for page in &pages {
        let on_page: &mut HashMap<_, _> = operations.entry(page.page.api.as_str()).or_default();
        for planned in &page.operations {
            // Where a name is there twice on a page, the first has the plain name.
            on_page
                .entry(planned.operation.id.as_str())
                .or_insert_with(|| operation(api, page, planned));
        }
    }
    let models = api.models.models.iter();
    Surface {
        operations,
        models: models
            .map(|model| (model.name.as_str(), self::model(model)))
            .collect(),
        topics: topic_surfaces(api),
    }
}

impl<'a> Surface<'a> {
    /// An operation of the API, by its page and documented name.
    pub fn operation(&self, page: &str, id: &str) -> Option<&OperationSurface<'a>> {
        self.operations.get(page)?.get(id)
    }

    /// A topic of the API, by its template.
    pub fn topic(&self, template: &str) -> Option<&TopicSurface<'a>> {
        self.topics.get(template)
    }

    /// A model of the API.
    pub fn model(&self, name: &str) -> Option<&ModelSurface<'a>> {
        self.models.get(name)
    }
}

/// The functions of the topics of an API, in their order.
pub fn topic_functions(api: &Api) -> Vec<String> {
    topics::functions(&api.topics)
}

fn topic_surfaces(api: &Api) -> HashMap<&str, TopicSurface<'_>> {
    let functions = topic_functions(api);
    let topics = api.topics.iter().zip(functions).map(|(topic, function)| {
        let body = topic.model.model();
        (topic.topic.as_str(), TopicSurface { function, body })
    });
    topics.collect()
}

fn operation<'a>(
    api: &Api,
    page: &PagePlan<'a>,
    planned: &OperationPlan<'a>,
) -> OperationSurface<'a> {
    let items = planned
        .operation
        .paging
        .as_ref()
        .and_then(|paging| paging::item(api, planned, paging));
    OperationSurface {
        call: format!("{}().{}", page.module, planned.method),
        returns: text(&rust_type::owned(&planned.operation.returns)),
        has_builder: planned.builder.is_some(),
        items: items.map(|(_, item)| text(&item)),
        parameters: planned.parameters.iter().map(parameter).collect(),
    }
}

/// The name here of the enum of a parameter or field: its own name depends on the operation's.
const VALUES: &str = "Values";

fn parameter<'a>(planned: &ParameterPlan<'a>) -> ParameterSurface<'a> {
    let neutral = ParameterPlan {
        parameter: planned.parameter,
        name: planned.name.clone(),
        values: planned.values.as_ref().map(|_| VALUES.to_owned()),
    };
    let variants = planned.values.as_ref();
    ParameterSurface {
        documented: &planned.parameter.name,
        name: planned.name.clone(),
        ty: text(&argument::signature_type(&neutral)),
        variants: variants
            .map(|_| values::variants(&planned.parameter.values))
            .unwrap_or_default(),
    }
}

fn model(model: &Model) -> ModelSurface<'_> {
    let fields = if model.opaque {
        Vec::new()
    } else {
        models_item::surface(model, VALUES)
    };
    ModelSurface {
        is_json: model.opaque,
        fields: fields
            .into_iter()
            .map(|(field, name, ty, has_enum)| FieldSurface {
                documented: &field.name,
                name,
                ty: text(&ty),
                variants: if has_enum {
                    values::variants(&field.values)
                } else {
                    Vec::new()
                },
            })
            .collect(),
    }
}

/// Tokens as a text without the blanks between them.
fn text(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}

/// Whether callers can pass to a parameter of type `is` whatever they passed to one of type `was`.
pub fn accepts(is: &str, was: &str) -> bool {
    let is_reference = was.starts_with('&') && !was.contains("impl");
    let is_list = was.starts_with("&[");
    let number = text(&argument::any_number());
    if is == was {
        true
    } else if is == number {
        was == text(&argument::any_integer()) || matches!(was, "i64" | "f64")
    } else if is == format!("&[{number}+Copy]") {
        matches!(was, "&[i64]" | "&[f64]")
    } else if is == text(&argument::any_json()) {
        // `str` and slices have no size of their own.
        is_reference && !is_list && was != "&str"
    } else if is == text(&argument::any_jsons()) {
        is_reference && is_list
    } else {
        false
    }
}
