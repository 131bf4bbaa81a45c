//! Decides all rendered names, once for the whole API. Pure.
//!
//! An operation may be on several pages. Its table entry, request builder and enums are then rendered
//! once, in a module that exactly these pages share, so that either page's feature compiles it.

use crate::names::{self, Scope};
use spec::{Api, Operation, Page, Parameter, RenamedOperation};
use std::collections::BTreeMap;

/// The input of rendering.
#[derive(Clone, Copy, Debug)]
pub struct RenderInput<'a> {
    /// The API.
    pub api: &'a spec::Api,
    /// The configuration of the crate.
    pub client: &'a spec::ClientConfig,
    /// Operations that keep their old name as an alias.
    pub renamed: &'a [spec::RenamedOperation],
    /// The version of the docs, if it is known.
    pub docs_version: Option<&'a str>,
}

/// Inherent methods of the client; accessors of pages must not have these names.
pub const CLIENT_METHODS: &[&str] = &[
    "base_url",
    "builder",
    "call",
    "events",
    "log_in",
    "refresh_token",
    "request",
];
/// Methods of every request builder; setters must not have these names.
pub const REQUEST_METHODS: &[&str] = &[
    "clone",
    "header",
    "into_future",
    "into_request",
    "items",
    "json",
    "pages",
    "retry",
    "send",
    "timeout",
    "wait",
];
/// The feature of the models that events carry.
pub const EVENT_MODELS: &str = "event-models";
/// Features that are no page's.
pub const FEATURES: &[&str] = &[
    "default",
    "event-models",
    "events",
    "full",
    "mock",
    "reqwest",
    "toml",
    "tower",
];
/// Types of every page's module.
const PAGE_TYPES: &[&str] = &["OperationId"];
/// Modules in `operations` other than pages.
const MODULES: &[&str] = &["shared"];

/// Everything that is rendered.
pub struct Plan<'a> {
    /// The input.
    pub input: RenderInput<'a>,
    /// The crate's name in Rust.
    pub krate: String,
    /// In the order of the API.
    pub pages: Vec<PagePlan<'a>>,
    /// Modules of operations that stand on several pages.
    pub shared: Vec<SharedPlan>,
}

/// One page: a module with a handle.
pub struct PagePlan<'a> {
    pub page: &'a Page,
    /// Its module, and the client's method that gives the handle.
    pub module: String,
    /// Its handle's type.
    pub handle: String,
    /// Its Cargo feature.
    pub feature: String,
    pub operations: Vec<OperationPlan<'a>>,
}

/// A module that several pages share.
pub struct SharedPlan {
    pub module: String,
    /// Indices into [`Plan::pages`].
    pub pages: Vec<usize>,
}

/// The module of an operation's table entry, builder and enums.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In its page's module.
    Page,
    /// In this entry of [`Plan::shared`].
    Shared(usize),
}

/// One operation: a method of a handle.
pub struct OperationPlan<'a> {
    pub operation: &'a Operation,
    /// The path template from the host on: below the path of the page's base URL.
    pub path: String,
    pub home: Home,
    pub method: String,
    /// Its variant of its home's `OperationId`.
    pub variant: String,
    /// Its request builder, if it has optional parameters, pages or a job.
    pub builder: Option<String>,
    pub aliases: Vec<Alias<'a>>,
    pub parameters: Vec<ParameterPlan<'a>>,
}

/// An old name of an operation, and the names that were derived from it.
pub struct Alias<'a> {
    pub renamed: &'a RenamedOperation,
    pub method: String,
    /// The builder and the enums: their old names, and those of today.
    pub types: Vec<(String, String)>,
}

/// One parameter: an argument or a setter.
pub struct ParameterPlan<'a> {
    pub parameter: &'a Parameter,
    pub name: String,
    /// The open enum of its documented values.
    pub values: Option<String>,
}

impl<'a> OperationPlan<'a> {
    pub fn required(&self) -> impl Iterator<Item = &ParameterPlan<'a>> {
        self.parameters
            .iter()
            .filter(|plan| plan.parameter.required)
    }

    pub fn optional(&self) -> impl Iterator<Item = &ParameterPlan<'a>> {
        self.parameters
            .iter()
            .filter(|plan| !plan.parameter.required)
    }
}

impl<'a> PagePlan<'a> {
    /// The operations whose entries are in this page's module.
    pub fn own(&self) -> impl Iterator<Item = &OperationPlan<'a>> {
        self.operations
            .iter()
            .filter(|plan| plan.home == Home::Page)
    }

    /// Whether there are any; then there is a table.
    pub fn has_own(&self) -> bool {
        self.own().next().is_some()
    }
}

/// Decides the names.
pub fn plan<'a>(input: &RenderInput<'a>) -> Plan<'a> {
    let (pages, shared) = pages(input.api, input.renamed);
    Plan {
        input: *input,
        krate: names::plain(&input.client.krate.name),
        pages,
        shared,
    }
}

/// The pages, and what several of them share.
pub fn pages<'a>(
    api: &'a Api,
    renamed: &'a [RenamedOperation],
) -> (Vec<PagePlan<'a>>, Vec<SharedPlan>) {
    let pages = &api.pages;
    let mut modules = Scope::new(MODULES);
    let modules = modules.snake(pages.iter().map(|page| names::page(&page.api)));
    let mut features = Scope::new(FEATURES);
    let mut methods = Scope::new(CLIENT_METHODS);
    let (shared, homes) = share(pages, &modules);
    let plans = pages
        .iter()
        .zip(modules)
        .zip(&homes)
        .map(|((page, module), homes)| {
            let mut types = Scope::new(PAGE_TYPES);
            let handle = types.take(names::plain_type(names::page(&page.api)));
            PagePlan {
                page,
                feature: features.take(names::feature(&module)),
                handle,
                module: methods.take(module),
                operations: operations(page, homes, &mut types, renamed),
            }
        });
    (plans.collect(), shared)
}

fn operations<'a>(
    page: &'a Page,
    homes: &[Home],
    types: &mut Scope,
    renamed: &'a [RenamedOperation],
) -> Vec<OperationPlan<'a>> {
    let mut methods = Scope::new(&[]);
    let mut variants = Scope::new(&[]);
    let operations = page.operations.iter().zip(homes);
    let mut plans: Vec<OperationPlan<'a>> = operations
        .map(|(operation, &home)| {
            let method = methods.take(names::strict(&operation.id));
            OperationPlan {
                operation,
                path: format!("{}{}", page.base_path(), operation.path),
                home,
                variant: variants.take(names::strict_type(&operation.id)),
                method,
                builder: None,
                aliases: Vec::new(),
                parameters: Vec::new(),
            }
        })
        .collect();
    for plan in &mut plans {
        plan.builder = has_builder(plan.operation)
            .then(|| types.take(format!("{}Request", names::strict_type(&plan.operation.id))));
    }
    for plan in &mut plans {
        plan.parameters = parameters(plan.operation, types);
    }
    // After all names of today, which no old one may take.
    for plan in &mut plans {
        let old_names = renamed
            .iter()
            .filter(|renamed| renamed.api == page.api && renamed.new == plan.operation.id);
        plan.aliases = old_names
            .map(|renamed| alias(plan, renamed, &mut methods, types))
            .collect();
    }
    plans
}

/// Whether something about the request is optional.
fn has_builder(operation: &Operation) -> bool {
    // Every fact is named, so that rustc asks here what a new one does to the client.
    let Operation {
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
        paging,
        job,
        parameters,
        returns: _,
        produces: _,
    } = operation;
    let mut parameters = parameters.iter();
    parameters.any(|parameter| !parameter.required) || paging.is_some() || job.is_some()
}

fn alias<'a>(
    plan: &OperationPlan<'_>,
    renamed: &'a RenamedOperation,
    methods: &mut Scope,
    types: &mut Scope,
) -> Alias<'a> {
    let old = names::strict_type(&renamed.old);
    let builder = plan.builder.iter().map(|now| ("Request".to_owned(), now));
    let enums = plan.parameters.iter().filter_map(|parameter| {
        let now = parameter.values.as_ref()?;
        Some((names::plain_type(&parameter.parameter.name), now))
    });
    Alias {
        renamed,
        method: methods.take(names::strict(&renamed.old)),
        types: builder
            .chain(enums)
            .map(|(end, now)| (types.take(format!("{old}{end}")), now.clone()))
            .collect(),
    }
}

fn parameters<'a>(operation: &'a Operation, types: &mut Scope) -> Vec<ParameterPlan<'a>> {
    let mut scope = Scope::new(REQUEST_METHODS);
    let names = scope.snake(operation.parameters.iter().map(|p| p.name.as_str()));
    let parameters = operation.parameters.iter().zip(names);
    parameters
        .map(|(parameter, name)| {
            // Every fact is named, so that rustc asks here what a new one does to the client.
            let Parameter {
                name: documented,
                location: _,
                wire: _,
                ty: _,
                required: _,
                default: _,
                values: _,
                explode: _,
                description: _,
            } = parameter;
            ParameterPlan {
                parameter,
                name,
                values: has_enum(parameter).then(|| {
                    let operation = names::strict_type(&operation.id);
                    types.take(operation + &names::plain_type(documented))
                }),
            }
        })
        .collect()
}

/// Documented values of text are an enum; those of numbers and booleans are only in rustdoc.
fn has_enum(parameter: &Parameter) -> bool {
    parameter.ty.of_one_value().is_text()
        && !parameter.values.is_empty()
        && !parameter.location.is_body()
}

/// Finds the operations that are on several pages, and gives each set of pages a module.
fn share(pages: &[Page], modules: &[String]) -> (Vec<SharedPlan>, Vec<Vec<Home>>) {
    let mut places: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (page_index, page) in pages.iter().enumerate() {
        for (index, operation) in page.operations.iter().enumerate() {
            let places = places.entry(&operation.id).or_default();
            places.push((page_index, index));
        }
    }
    let mut homes: Vec<Vec<Home>> = pages
        .iter()
        .map(|page| vec![Home::Page; page.operations.len()])
        .collect();
    let mut sets: BTreeMap<Vec<usize>, Vec<(usize, usize)>> = BTreeMap::new();
    for places in places.into_values().filter(|places| places.len() > 1) {
        let at = |&(page, index): &(usize, usize)| &pages[page].operations[index];
        let same = places.windows(2).all(|pair| at(&pair[0]) == at(&pair[1]));
        let set: Vec<usize> = places.iter().map(|&(page, _)| page).collect();
        let on_different_pages = set.windows(2).all(|pair| pair[0] != pair[1]);
        if same && on_different_pages {
            sets.entry(set).or_default().extend(places);
        }
    }
    let mut names = Scope::new(&[]);
    let mut shared = Vec::new();
    for (set, places) in sets {
        for (page, index) in places {
            homes[page][index] = Home::Shared(shared.len());
        }
        // Two underscores in a row are no snake case.
        let module = |&page: &usize| modules[page].trim_matches('_');
        let joined: Vec<&str> = set.iter().map(module).collect();
        let module = names.take(joined.join("_and_"));
        shared.push(SharedPlan { module, pages: set });
    }
    (shared, homes)
}

#[cfg(test)]
mod tests {
    use super::{CLIENT_METHODS, FEATURES, REQUEST_METHODS};
    use std::collections::BTreeSet;

    /// The names after `fn ` in a part of a source text.
    fn functions(text: &str) -> BTreeSet<&str> {
        let after = text.match_indices("fn ").map(|(at, _)| &text[at + 3..]);
        let names = after.map(|rest| {
            rest.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .next()
        });
        names.flatten().filter(|name| !name.is_empty()).collect()
    }

    #[track_caller]
    fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
        let (_, rest) = text.split_once(start).expect("it stands there");
        rest.split_once(end).map_or(rest, |(part, _)| part)
    }

    #[test]
    fn what_the_runtime_has_is_reserved() {
        let builder = include_str!("../runtime/src/call/mod.rs");
        let builder = between(builder, "macro_rules! request_builder", "\n}\n");
        for name in functions(builder).difference(&BTreeSet::from(["fmt"])) {
            assert!(
                REQUEST_METHODS.contains(name),
                "{name} is a method of every request builder"
            );
        }
        let client = include_str!("../runtime/src/client/mod.rs");
        let client = between(client, "impl Client {", "\n}\n");
        for name in functions(client).difference(&BTreeSet::from(["new", "inner"])) {
            assert!(
                CLIENT_METHODS.contains(name),
                "{name} is a method of the client"
            );
        }
        let features = between(crate::runtime_files::MANIFEST, "\n[features]\n", "\n[");
        for line in features
            .lines()
            .filter(|line| !line.starts_with('#') && line.contains('='))
        {
            let name = line.split(' ').next().unwrap_or_default();
            assert!(
                FEATURES.contains(&name),
                "{name} is a feature of the runtime"
            );
        }
    }
}
