//! Parts of the client that the fixture `everything` does not show: examples of awkward values, what of a
//! page is chosen for the README, programs that an API cannot run.

use spec::{Api, yaml};
use std::path::Path;
use templates::{RenderInput, RenderedFile, render};

const CLIENT: &str = "
crate: { name: a-b, version: 1.0.0, title: A, description: A, license: MIT }
regions: []
oauth: { token_path: /t, authorize_path: /a }
";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An API of these pages and models.
fn api(pages: &[&str], models: &str) -> Api {
    let page =
        |text: &&str| yaml::parse_page(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    Api {
        pages: pages.iter().map(page).collect(),
        models: yaml::parse_models(models).expect("models"),
        ..Api::default()
    }
}

/// A page of operations, each a YAML flow map.
fn page(api: &str, operations: &[&str]) -> String {
    let head = format!("format: 1\napi: {api}\nbase_url: https://h\noperations:\n");
    operations
        .iter()
        .fold(head, |text, operation| text + "- " + operation + "\n")
}

fn client(text: &str, api: &Api) -> Vec<RenderedFile> {
    render(&RenderInput {
        api,
        client: &yaml::parse_client(text).expect("client.yaml"),
        renamed: &[],
        docs_version: None,
    })
}

fn text<'a>(files: &'a [RenderedFile], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path);
    &file.unwrap_or_else(|| panic!("{path} is rendered")).text
}

/// The code of the examples in the documentation of operations.
fn examples(operations: &str) -> String {
    let lines = operations
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("///"));
    let mut is_code = false;
    let mut out = String::new();
    for line in lines.map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if line.starts_with("```") {
            is_code = !is_code;
            out.push('\n');
        } else if is_code && !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[test]
fn awkward_values_and_bodies_have_examples() {
    let api = api(
        &[&read("examples/ValuesApi.yaml")],
        &read("examples/models.yaml"),
    );
    let files = client(CLIENT, &api);
    insta::assert_snapshot!(
        "requests_of_awkward_values",
        text(&files, "tests/requests/values.rs")
    );
    insta::assert_snapshot!(
        "examples_of_awkward_values",
        examples(text(&files, "src/operations/values.rs"))
    );
}

/// The operation that the README calls, and the one that it pages through.
fn shown(client_yaml: &str, pages: &[&str]) -> Vec<String> {
    let api = api(
        pages,
        "format: 1\nmodels: [{ name: Thing, fields: [{ name: id, type: string }] }]",
    );
    let files = client(client_yaml, &api);
    let lines = text(&files, "README.md").lines().map(str::trim);
    let calls = lines.filter(|line| {
        line.starts_with("let value = api.") || line.starts_with("let mut pages = api.")
    });
    calls.map(str::to_owned).collect()
}

#[test]
fn the_readme_calls_what_needs_no_body_and_is_not_deprecated() {
    let paging = "paging: { style: number, parameter: n, next: c, items: e }, parameters: [{ name: n, in: query, type: integer }";
    let body = "{ name: body, in: body, type: Thing, required: true }";
    let old = page(
        "OldApi",
        &[
            "{ id: getOld, method: GET, path: /old, deprecated: true, returns: void }",
            "{ id: postOne, method: POST, path: /one, returns: void }",
            &format!(
                "{{ id: postAll, method: POST, path: /all, {paging}, {body}], returns: object }}"
            ),
        ],
    );
    let new = page(
        "NewApi",
        &[
            "{ id: getNew, method: GET, path: /new, returns: void }",
            &format!("{{ id: getAll, method: GET, path: /new/all, {paging}], returns: object }}"),
        ],
    );
    let calls = [
        "let value = api.get_new().await?;",
        "let mut pages = api.get_all().pages();",
    ];
    assert_eq!(shown(CLIENT, &[&new, &old]), calls);
    assert_eq!(shown(CLIENT, &[&old, &new]), calls);
    assert_eq!(shown(CLIENT, &[&old]), Vec::<String>::new());
    // A page whose feature is on comes first.
    let other = new
        .replace("getNew", "getOther")
        .replace("NewApi", "OtherApi")
        .replace("getAll", "getMost");
    let client = format!("{CLIENT}default_features: [OtherApi]\n");
    let calls = [
        "let value = api.get_other().await?;",
        "let mut pages = api.get_most().pages();",
    ];
    assert_eq!(shown(&client, &[&new, &other]), calls);
}

/// The programs that are rendered for the seed page's API, after `change`.
fn programs(change: impl Fn(&mut Api)) -> Vec<String> {
    let page = read("seed/ir/OrganizationAuthorizationApi.yaml");
    let mut api = api(&[&page], &read("seed/ir/models.yaml"));
    change(&mut api);
    let files = client(&read("seed/client.yaml"), &api);
    let names = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("examples/"));
    let names: Vec<String> = names.map(str::to_owned).collect();
    // The manifest has a target for each that needs a feature.
    let manifest = text(&files, "Cargo.toml");
    for name in &names {
        let target = format!("[[example]]\nname = \"{}\"\n", name.trim_end_matches(".rs"));
        assert_eq!(
            manifest.contains(&target),
            name != "least_privilege.rs",
            "{name}"
        );
    }
    names
}

#[test]
fn a_program_is_rendered_where_the_api_has_all_that_it_calls() {
    let always = ["day.rs", "least_privilege.rs", "watch_presence.rs"];
    let all = [
        "audit.rs",
        "day.rs",
        "grant_roles.rs",
        "least_privilege.rs",
        "list_trusts.rs",
        "watch_presence.rs",
    ];
    assert_eq!(programs(|_| {}), all);
    assert_eq!(programs(|api| api.pages.clear()), always);
    let without = |gone: &str| {
        all.iter()
            .filter(|name| **name != gone)
            .copied()
            .collect::<Vec<_>>()
    };
    let operation =
        |id: &'static str| move |api: &mut Api| api.pages[0].operations.retain(|it| it.id != id);
    assert_eq!(
        programs(operation("postOrgauthorizationTrusteesAudits")),
        without("audit.rs")
    );
    assert_eq!(
        programs(operation("putOrgauthorizationTrusteeUserRoles")),
        without("grant_roles.rs")
    );
    let field = |model: &'static str, name: &'static str| {
        move |api: &mut Api| {
            let found = api.models.models.iter_mut().find(|it| it.name == model);
            found
                .expect(model)
                .fields
                .retain(|it| it.wire_name() != name);
        }
    };
    assert_eq!(
        programs(field("Trustee", "enabled")),
        without("list_trusts.rs")
    );
    assert_eq!(
        programs(field("DomainRole", "id")),
        without("grant_roles.rs")
    );
    assert_eq!(
        programs(|api| api.models.models.retain(|it| it.name != "Trustee")),
        without("list_trusts.rs")
    );
}

#[test]
fn a_licence_is_rendered_where_the_expression_names_it() {
    let licences = |expression: &str| {
        let files = client(
            &CLIENT.replace("license: MIT", &format!("license: {expression}")),
            &Api::default(),
        );
        let names = files
            .iter()
            .filter_map(|file| file.path.strip_prefix("LICENSE-"));
        names.map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    for (expression, files) in [
        ("MIT", "MIT"),
        ("MIT OR Apache-2.0", "APACHE MIT"),
        ("(MIT OR Apache-2.0) AND Zlib", "APACHE MIT"),
        ("MIT/Apache-2.0", "APACHE MIT"),
        ("MIT-0", ""),
        ("Zlib", ""),
    ] {
        assert_eq!(licences(expression), files, "{expression}");
    }
}

/// The line that the README has for the caller's manifest.
fn dependency(default_features: &str, pages: &[&str]) -> String {
    let client_yaml = format!("{CLIENT}default_features: [{default_features}]\n");
    let files = client(&client_yaml, &api(pages, "format: 1\nmodels: []"));
    let mut lines = text(&files, "README.md").lines();
    lines
        .find_map(|line| line.strip_prefix("a-b = "))
        .expect("a dependency")
        .to_owned()
}

#[test]
fn the_readme_asks_for_the_features_that_its_code_needs() {
    let get = page(
        "GetApi",
        &["{ id: getOne, method: GET, path: /one, returns: void }"],
    );
    let all = page(
        "AllApi",
        &["{ id: postAll, method: POST, path: /all, returns: object, \
        paging: { style: number, parameter: n, next: c, items: e }, parameters: [{ name: n, in: query, type: integer }] }"],
    );
    let both = page(
        "BothApi",
        &["{ id: getAll, method: GET, path: /both, returns: object, \
        paging: { style: number, parameter: n, next: c, items: e }, parameters: [{ name: n, in: query, type: integer }] }"],
    );
    let pages: &[&str] = &[&get, &all];
    for (default, pages, dependency_line) in [
        (
            "",
            pages,
            r#"{ version = "1.0.0", features = ["get", "all"] }"#,
        ),
        (
            "GetApi",
            pages,
            r#"{ version = "1.0.0", features = ["all"] }"#,
        ),
        (
            "AllApi",
            pages,
            r#"{ version = "1.0.0", features = ["get"] }"#,
        ),
        ("GetApi, AllApi", pages, r#""1.0.0""#),
        ("full", pages, r#""1.0.0""#),
        (
            "",
            &[&both],
            r#"{ version = "1.0.0", features = ["both"] }"#,
        ),
        ("", &[], r#""1.0.0""#),
    ] {
        assert_eq!(dependency(default, pages), dependency_line, "{default}");
    }
}

/// A text without its white space, which the formatter decides.
fn flat(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A file of the client whose pages have these operations.
fn rendered(pages: Vec<&[&str]>, file: &str) -> String {
    let pages: Vec<String> = ["OneApi", "TwoApi", "ThreeApi"]
        .iter()
        .zip(pages)
        .map(|(api, operations)| page(api, operations))
        .collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let mut api = api(&pages, "format: 1\nmodels: []");
    api.pages.sort_by(|left, right| left.api.cmp(&right.api));
    text(&client(CLIENT, &api), file).to_owned()
}

#[test]
fn a_job_names_its_other_operations_where_they_are() {
    let id = "parameters: [{ name: id, in: path, type: string, required: true }]";
    let start = "{ id: postJob, method: POST, path: /jobs, returns: object, job: { id: id, poll: getJob, \
        results: getEnd, state: state, done: [Done], failed: [Failed] } }";
    let poll =
        &*format!("{{ id: getJob, method: GET, path: '/jobs/{{id}}', {id}, returns: object }}");
    let end =
        &*format!("{{ id: getEnd, method: GET, path: '/jobs/{{id}}/end', {id}, returns: object }}");
    let own = |text: &str| text.replace("returns:", "summary: Another, returns:");
    let (one, two) = (
        "src/operations/one.rs",
        "src/operations/shared/one_and_two.rs",
    );
    let at =
        |module: &str, id: &str| format!("&{module}OPERATIONS[{module}OperationId::{id} as usize]");
    let all = [start, poll, end];
    let shared = "crate::operations::shared::one_and_two::";
    for (case, pages, file, poll_at, end_at, feature) in [
        ("alone", vec![&all[..]], one, "", "", None),
        ("all on two pages", vec![&all, &all], two, "", "", None),
        (
            "the results differ",
            vec![&all, &[start, poll, &own(end)]],
            two,
            "",
            "crate::operations::one::",
            Some("one"),
        ),
        (
            "the state differs",
            vec![&all, &[start, &own(poll), end]],
            two,
            "crate::operations::one::",
            "",
            Some("one"),
        ),
        (
            "the start differs",
            vec![&all, &[&own(start), poll, end]],
            one,
            shared,
            shared,
            None,
        ),
        (
            "the state is on a third page",
            vec![&all, &all, &[poll]],
            two,
            "crate::operations::shared::one_and_three_and_two::",
            "",
            None,
        ),
    ] {
        let text = flat(&rendered(pages, file));
        let places = format!(
            "poll: {}, results: {},",
            at(poll_at, "GetJob"),
            at(end_at, "GetEnd")
        );
        assert!(text.contains(&flat(&places)), "{case}: {places}: {text}");
        assert!(text.contains("results_path:\"/end\""), "{case}: {text}");
        let (_, method) = text.split_once("///Startsthejob").expect("the method");
        let (attributes, _) = method.split_once("pubfnwait").expect("the method");
        let cfg = feature.map(|feature| format!("#[cfg(feature=\"{feature}\")]"));
        assert_eq!(
            attributes.contains("#[cfg("),
            cfg.is_some(),
            "{case}: {attributes}"
        );
        assert!(
            attributes.contains(&cfg.unwrap_or_default()),
            "{case}: {attributes}"
        );
    }
}

#[test]
fn a_page_is_asked_for_by_the_name_on_the_wire() {
    let parameters = "parameters: [{ name: first, in: query, wire: x.first, type: string }, \
        { name: number, in: query, wire: x.number, type: integer }]";
    for (paging, value) in [
        (
            "parameter: number",
            "Paging::number(\"x.number\", \"c\", \"e\")",
        ),
        (
            "parameter: number, in: body",
            "Paging::number(\"number\", \"c\", \"e\").in_body()",
        ),
        (
            "parameter: other",
            "Paging::number(\"other\", \"c\", \"e\")",
        ),
    ] {
        let page = page(
            "OneApi",
            &[&format!(
                "{{ id: getAll, method: GET, path: /all, returns: object, paging: {{ style: number, {paging}, next: c, items: e }}, {parameters} }}"
            )],
        );
        let files = client(CLIENT, &api(&[&page], "format: 1\nmodels: []"));
        let text = flat(text(&files, "src/operations/one.rs"));
        let pages = flat(&format!("runtime::Pages::new(self.0, runtime::{value}"));
        assert!(text.contains(&pages), "{paging}: {text}");
    }
}

#[test]
fn an_operation_that_one_page_has_twice_is_not_shared() {
    let get = "{ id: getIt, method: GET, path: /it, returns: void }";
    let twice = page("OneApi", &[get, get]);
    let files = client(CLIENT, &api(&[&twice], "format: 1\nmodels: []"));
    assert!(
        !files
            .iter()
            .any(|file| file.path.starts_with("src/operations/shared"))
    );
    let text = text(&files, "src/operations/one.rs");
    assert!(
        text.contains("pub fn get_it(") && text.contains("pub fn get_it2("),
        "{text}"
    );
}

/// An import that nothing needs is a warning, which callers who deny warnings cannot build with.
#[test]
fn a_module_imports_the_models_if_it_names_them() {
    let thing = |location: &str, required: bool| {
        format!("{{ name: it, in: {location}, type: [Thing], required: {required} }}")
    };
    let size = "{ name: size, in: query, type: integer }".to_owned();
    let mut imports = Vec::new();
    for (returns, parameters) in [
        ("Thing", Vec::new()),
        ("Thing", vec![&size]),
        ("void", vec![&thing("body", true)]),
        ("void", vec![&thing("body", false)]),
        ("void", vec![&thing("body", true), &size]),
        ("void", vec![&thing("query", true)]),
        ("void", vec![&thing("query", false)]),
        ("void", vec![&size]),
    ] {
        let parameters: Vec<&str> = parameters.into_iter().map(String::as_str).collect();
        let operation = format!(
            "{{ id: putIt, method: PUT, path: /it, parameters: [{}], returns: {returns} }}",
            parameters.join(", ")
        );
        let pages = [page("OneApi", &[&operation]), page("TwoApi", &[&operation])];
        let models = "format: 1\nmodels: [{ name: Thing, fields: [{ name: id, type: string }] }]";
        for pages in [&[&*pages[0]][..], &[&*pages[0], &*pages[1]]] {
            let files = client(CLIENT, &api(pages, models));
            for file in files
                .iter()
                .filter(|file| file.path.starts_with("src/operations/"))
            {
                let code: Vec<&str> = file
                    .text
                    .lines()
                    .filter(|line| !line.contains("///"))
                    .collect();
                let code = code.join("\n");
                let import = "use crate::models;";
                let names = code.replace(import, "").contains("models::");
                assert_eq!(code.contains(import), names, "{}: {operation}", file.path);
                imports.push(names);
            }
        }
    }
    assert!(imports.contains(&true) && imports.contains(&false));
}
