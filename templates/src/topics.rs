//! IR topics to `src/topics.rs`: a constructor for each, and with their models' feature what tells its
//! events apart and decodes them. Pure.
//!
//! A constructor is named after the words of the template. Where two templates have the same words, the
//! one with more ids says where its ids stand.

use crate::doc::{Doc, code};
use crate::names::{self, Scope};
use crate::plan::{EVENT_MODELS, Plan};
use crate::print::{self, RenderedFile};
use crate::rust_type::ident;
use proc_macro2::TokenStream;
use quote::quote;
use spec::{Permissions, Topic};

const SOURCE: &str = "spec/ir/topics.yaml";

/// Renders the module, where there are topics.
pub fn render(plan: &Plan<'_>) -> Option<RenderedFile> {
    let topics = &plan.input.api.topics;
    let first = topics.first()?;
    let names = functions(topics);
    let mut file = print::RustFile::new("src/topics.rs", SOURCE);
    let doc = front(plan, first, &names[0]);
    file.items(quote! {
        #doc

        use crate::runtime::Topic;
        #[cfg(feature = #EVENT_MODELS)]
        use crate::runtime::TopicKind;
    });
    for (topic, name) in topics.iter().zip(&names) {
        file.items(item(topic, name));
    }
    Some(file.finish())
}

fn front(plan: &Plan<'_>, topic: &Topic, name: &str) -> TokenStream {
    let krate = &plan.krate;
    let ids = vec!["\"…\""; topic.ids()].join(", ");
    let kind = name.to_uppercase();
    let mut doc = Doc::new();
    doc.markdown(&format!(
        "Topics to subscribe to with [`Client::events`](crate::Client::events).\n\
         \n\
         Each documented topic has a function; [`Topic::new`](crate::Topic::new) makes any other. With the\n\
         feature `{EVENT_MODELS}`, a constant recognises the events of a topic and decodes their bodies.\n\
         \n\
         ```no_run\n\
         # #[cfg(feature = {EVENT_MODELS:?})]\n\
         # async fn example(client: {krate}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n\
         use {krate}::{{Notification, topics}};\n\
         \n\
         let mut stream = client.events().subscribe([topics::{name}({ids})]).await?;\n\
         while let Some(item) = stream.next().await {{\n    \
         match item {{\n        \
         Notification::Event(event) => {{\n            \
         if let Some(body) = event.decode(topics::{kind}) {{\n                \
         println!(\"{{:?}}\", body?);\n            \
         }}\n        \
         }}\n        \
         other => println!(\"{{other:?}}\"),\n    \
         }}\n\
         }}\n\
         # Ok(()) }}\n\
         ```"
    ));
    doc.inner()
}

fn item(topic: &Topic, name: &str) -> TokenStream {
    let Topic {
        topic: template,
        model,
        permissions,
    } = topic;
    let arguments: Vec<_> = arguments(topic).iter().map(|name| ident(name)).collect();
    let function = ident(name);
    let shown = name.trim_end_matches('_');
    let kind = ident(&shown.to_uppercase());
    let mut doc = Doc::new();
    doc.markdown(&format!("The topic {}.", code(template)));
    if let Some(Permissions { require, of }) = permissions {
        let of: Vec<String> = of.iter().map(|it| code(it)).collect();
        let all = match require {
            spec::Require::Any => "any of ",
            spec::Require::All => "all of ",
            spec::Require::None => "no permission",
        };
        doc.markdown(&format!("It needs {all}{}.", of.join(", ")));
    }
    // An IR that was written by hand may carry what is no model; it has no kind.
    let kind = model.model().map(|model| {
        let model = ident(&names::model(model));
        let mut doc = Doc::new();
        doc.markdown(&format!(
            "Events of [`{name}`], which carry a [`{model}`](crate::models::{model})."
        ));
        quote! {
            #doc
            #[cfg(feature = #EVENT_MODELS)]
            pub const #kind: TopicKind<crate::models::#model> = TopicKind::new(#template);
        }
    });
    quote! {
        #doc
        pub fn #function(#(#arguments: &str),*) -> Topic {
            Topic::of(#template, &[#(#arguments),*])
        }

        #kind
    }
}

/// The names of the functions, in the order of the topics.
pub fn functions(topics: &[Topic]) -> Vec<String> {
    let mut order: Vec<usize> = (0..topics.len()).collect();
    order.sort_by_key(|&index| (topics[index].ids(), index));
    let mut scope = Scope::new(&[]);
    let mut taken = std::collections::HashSet::new();
    let mut out = vec![String::new(); topics.len()];
    for index in order {
        let words = name(&topics[index], false);
        let words = if taken.contains(&words) {
            name(&topics[index], true)
        } else {
            words
        };
        taken.insert(words.clone());
        out[index] = scope.take(words);
    }
    out
}

/// The words of a template: without its version, where that is the usual one, and without its ids.
fn name(topic: &Topic, with_ids: bool) -> String {
    let words = topic
        .topic
        .split('.')
        .enumerate()
        .filter_map(|(at, part)| match part {
            "v2" if at == 0 => None,
            id if Topic::is_id(id) => with_ids.then(|| id.trim_matches(['{', '}'])),
            word => Some(word),
        });
    let words = words.collect::<Vec<_>>().join("_");
    names::plain(&words)
}

/// The names of the ids: after the segment before each, where there are several.
fn arguments(topic: &Topic) -> Vec<String> {
    let mut scope = Scope::new(&[]);
    let parts: Vec<&str> = topic.topic.split('.').collect();
    let ids = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| Topic::is_id(part));
    let names = ids.map(|(at, id)| {
        let name = names::plain(id.trim_matches(['{', '}']));
        match parts[at - 1] {
            before if topic.ids() > 1 && !Topic::is_id(before) => {
                format!("{}_{name}", names::plain(before))
            }
            _ => name,
        }
    });
    names.map(|name| scope.take(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(template: &str) -> Topic {
        Topic {
            topic: template.to_owned(),
            model: spec::Type::Model("M".to_owned()),
            permissions: None,
        }
    }

    #[test]
    fn names_of_topics() {
        let topics = [
            "v2.flows.{id}",
            "v2.system.{id}.{id}",
            "v2.things.{id}.parts",
            "v2.things.{id}.parts.{id}",
            "v2.things.parts",
            "v2.type",
            "v2.users.{id}.routingStatus",
            "v3.flows.{id}",
        ]
        .map(topic);
        let expected = [
            "flows",
            "system",
            "things_id_parts",
            "things_id_parts_id",
            "things_parts",
            "type_",
            "users_routing_status",
            "v3_flows",
        ];
        assert_eq!(functions(&topics), expected);
        assert_eq!(arguments(&topics[3]), ["things_id", "parts_id"]);
        assert_eq!(arguments(&topics[1]), ["system_id", "id"]);
        assert_eq!(arguments(&topics[0]), ["id"]);
    }
}
