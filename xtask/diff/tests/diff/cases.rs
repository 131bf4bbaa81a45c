//! `cases.yaml`: for every id an API before and after.

use serde::Deserialize;
use spec::{Api, Model, Models, Operation, Page, RenamedOperation, Topic};
use std::collections::BTreeMap;

/// A pair of versions that differ in one thing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Code that compiles with the client of the old version.
    pub consumer: String,
    #[serde(default)]
    old: Side,
    #[serde(default)]
    new: Side,
    /// The new version's renamed.yaml.
    #[serde(default)]
    pub renamed: Vec<RenamedOperation>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Side {
    base_url: Option<String>,
    operations: Option<Vec<Operation>>,
    pages: BTreeMap<String, Vec<Operation>>,
    models: Vec<Model>,
    topics: Vec<Topic>,
}

/// All cases by name.
pub fn all() -> BTreeMap<String, Case> {
    spec::yaml::parse(include_str!("cases.yaml")).unwrap()
}

/// The page of a case.
pub fn api_name(name: &str) -> String {
    let words = name
        .split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect::<String>() + "Api"
}

impl Case {
    /// Whether the old version has a page that is called like the case.
    pub fn has_page(&self) -> bool {
        self.old.operations.is_some()
    }

    pub fn before(&self, name: &str) -> Api {
        self.old.api(name)
    }

    pub fn after(&self, name: &str) -> Api {
        self.new.api(name)
    }
}

impl Side {
    fn api(&self, name: &str) -> Api {
        let base_url = self
            .base_url
            .as_deref()
            .unwrap_or("https://api.example.com");
        let page = |(api, operations): (String, &Vec<Operation>)| Page {
            format: spec::FORMAT,
            api,
            base_url: base_url.to_owned(),
            operations: operations.clone(),
        };
        let own = self
            .operations
            .iter()
            .map(|operations| (api_name(name), operations));
        let others = self
            .pages
            .iter()
            .map(|(api, operations)| (api.clone(), operations));
        let mut pages: Vec<Page> = own.chain(others).map(page).collect();
        pages.sort_by(|a, b| a.api.cmp(&b.api));
        let models = Models {
            models: self.models.clone(),
            ..Models::default()
        };
        Api {
            pages,
            models,
            topics: self.topics.clone(),
        }
    }
}

/// All cases as one API.
pub fn together(side: impl Fn(&str, &Case) -> Api) -> Api {
    let mut joined = Api::default();
    for (name, case) in all() {
        let Api {
            pages,
            models,
            topics,
        } = side(&name, &case);
        joined.topics.extend(topics);
        joined.pages.extend(pages);
        joined.models.models.extend(models.models);
    }
    joined.pages.sort_by(|a, b| a.api.cmp(&b.api));
    joined.models.models.sort_by(|a, b| a.name.cmp(&b.name));
    joined.topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    joined
}

/// A `client.yaml`.
pub fn client(version: &str) -> String {
    format!(
        "crate: {{ name: things, version: {version}, title: Things, description: Things over HTTP, license: MIT }}\n\
         regions: [{{ name: one, domain: example.com }}]\n\
         oauth: {{ token_path: /oauth/token, authorize_path: /oauth/authorize }}\n"
    )
}

/// An API of one page.
pub fn api(page: &str, operations: &str) -> Api {
    let operations: Vec<Operation> = spec::yaml::parse(operations).unwrap();
    Api {
        pages: vec![Page {
            format: spec::FORMAT,
            api: page.to_owned(),
            base_url: "https://api.example.com".to_owned(),
            operations,
        }],
        ..Api::default()
    }
}
