//! One operation: its method, its entry in the table, its request builder. Pure.

use crate::doc::{Doc, code};
use crate::plan::{Home, OperationPlan, PagePlan, ParameterPlan, Plan};
use crate::rust_type::{ident, owned};
use crate::{argument, example, job, paging};
use proc_macro2::TokenStream;
use quote::quote;
use spec::{Operation, Permissions, Require};

/// The method of the page's handle, and deprecated ones under the operation's old names.
pub fn method(plan: &Plan<'_>, page: &PagePlan<'_>, operation: &OperationPlan<'_>) -> TokenStream {
    let doc = documentation(plan, page, operation);
    let alias = alias(operation);
    let deprecated = operation
        .operation
        .deprecated
        .then(|| quote!(#[deprecated = "the vendor asks callers to stop using this operation"]));
    let name = ident(&operation.method);
    let arguments = arguments(operation);
    let request = request(plan, operation);
    let (returns, request) = if let Some(builder) = &operation.builder {
        let builder = ident(builder);
        (quote!(#builder), quote!(#builder(#request)))
    } else {
        let returns = owned(&operation.operation.returns);
        (quote!(runtime::Call<#returns>), request)
    };
    let aliases = operation.aliases.iter().map(|alias| {
        let old = ident(&alias.method);
        let expect = operation
            .operation
            .deprecated
            .then(|| quote!(#[expect(deprecated, reason = "the operation itself is deprecated")]));
        let since = &alias.renamed.since;
        let note = renamed_to(&operation.method);
        let doc = Doc::new()
            .markdown(&format!("The old name of [`Self::{}`].", operation.method))
            .clone();
        let names = operation.required().map(|parameter| ident(&parameter.name));
        let arguments = &arguments;
        quote! {
            #doc
            #[deprecated(since = #since, note = #note)]
            #expect
            #[inline]
            pub fn #old(&self, #arguments) -> #returns {
                self.#name(#(#names),*)
            }
        }
    });
    quote! {
        #doc
        #alias
        #deprecated
        #[inline]
        pub fn #name(&self, #arguments) -> #returns {
            #request
        }
        #(#aliases)*
    }
}

fn renamed_to(name: &str) -> String {
    format!("renamed to `{name}`")
}

/// The builder and the enums under the operation's old names.
pub fn alias_types(operation: &OperationPlan<'_>) -> TokenStream {
    let types = operation.aliases.iter().flat_map(|alias| {
        alias.types.iter().map(|(old, now)| {
            let mut doc = Doc::new();
            doc.markdown(&format!("The old name of [`{now}`]."));
            let (since, note) = (&alias.renamed.since, renamed_to(now));
            let (old, now) = (ident(old), ident(now));
            quote! {
                #doc
                #[deprecated(since = #since, note = #note)]
                pub type #old = #now;
            }
        })
    });
    quote!(#(#types)*)
}

fn alias(operation: &OperationPlan<'_>) -> Option<TokenStream> {
    let id = &operation.operation.id;
    // rustdoc refuses an alias with white space or quotes in it.
    let is_word = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_word && *id != operation.method).then(|| quote!(#[doc(alias = #id)]))
}

fn arguments(operation: &OperationPlan<'_>) -> TokenStream {
    let arguments = operation.required().map(|parameter| {
        let name = ident(&parameter.name);
        let ty = argument::signature_type(parameter);
        quote!(#name: #ty)
    });
    quote!(#(#arguments),*)
}

fn request(plan: &Plan<'_>, operation: &OperationPlan<'_>) -> TokenStream {
    let variant = ident(&operation.variant);
    let id = match operation.home {
        Home::Page => quote!(OperationId::#variant),
        Home::Shared(index) => {
            let module = ident(&plan.shared[index].module);
            quote!(super::shared::#module::OperationId::#variant)
        }
    };
    let puts = operation.required().map(argument::put);
    quote!(#id.call(&self.client)#(.#puts)*)
}

fn documentation(plan: &Plan<'_>, page: &PagePlan<'_>, planned: &OperationPlan<'_>) -> Doc {
    let operation = planned.operation;
    let mut doc = Doc::new();
    doc.prose(&operation.summary);
    doc.markdown(&code(&format!("{} {}", operation.method, planned.path)));
    doc.prose(&operation.description);
    if operation.preview {
        doc.markdown("**Preview:** the vendor may change or remove this operation without notice.");
    }
    if let Some(permissions) = permission_line(operation) {
        doc.markdown(&permissions);
    }
    if let Some(media_type) = &operation.produces {
        doc.markdown(&format!("Answers in {}.", code(media_type)));
    }
    let mut described = planned.required().filter(|p| has_notes(p)).peekable();
    if described.peek().is_some() {
        doc.markdown("# Arguments");
        doc.line("");
        for parameter in described {
            doc.line(format!("- `{}`: {}", parameter.name, notes(parameter)));
        }
    }
    example::append(plan, page, planned, &mut doc);
    doc
}

fn permission_line(operation: &Operation) -> Option<String> {
    let permissions = operation.permissions.as_ref()?;
    let list: Vec<String> = permissions.of.iter().map(|name| code(name)).collect();
    let list = list.join(", ");
    Some(match (permissions.require, permissions.of.len()) {
        (Require::None, _) | (_, 0) => "Requires no permission.".to_owned(),
        (_, 1) => format!("Requires the permission {list}."),
        (Require::Any, _) => format!("Requires any of the permissions {list}."),
        (Require::All, _) => format!("Requires all of the permissions {list}."),
    })
}

fn has_notes(plan: &ParameterPlan<'_>) -> bool {
    let parameter = plan.parameter;
    let only_text = parameter.description.is_empty() && parameter.default.is_none();
    !(only_text && (parameter.values.is_empty() || plan.values.is_some()))
}

/// What the docs say of a parameter, on one line.
fn notes(plan: &ParameterPlan<'_>) -> String {
    let parameter = plan.parameter;
    let mut out = crate::doc::escape(&parameter.description);
    if plan.values.is_none() && !parameter.values.is_empty() {
        let values: Vec<String> = parameter
            .values
            .iter()
            .map(|v| code(&v.to_string()))
            .collect();
        push_sentence(
            &mut out,
            &format!("Documented values: {}.", values.join(", ")),
        );
    }
    if let Some(default) = &parameter.default {
        push_sentence(
            &mut out,
            &format!("Default: {}.", code(&default.to_string())),
        );
    }
    out
}

fn push_sentence(out: &mut String, sentence: &str) {
    if !out.is_empty() {
        if !out.ends_with(['.', '!', '?', ':']) {
            out.push('.');
        }
        out.push(' ');
    }
    out.push_str(sentence);
}

/// The operation's entry in the table of those that stand beside it.
pub fn entry(planned: &OperationPlan<'_>) -> TokenStream {
    let operation = planned.operation;
    let (id, path) = (&operation.id, &planned.path);
    let method = ident(operation.method.as_str());
    let (require, permissions) = match &operation.permissions {
        Some(Permissions { require, of }) => (Some(*require), of.as_slice()),
        None => (None, &[][..]),
    };
    let require = ident(match require {
        Some(Require::Any) => "Any",
        Some(Require::All) => "All",
        Some(Require::None) => "None",
        None => "Unknown",
    });
    let safe = operation.safe.then(|| quote!(.safe()));
    let produces = operation.produces.as_ref();
    let produces = produces.map(|media_type| quote!(.produces(#media_type)));
    quote! {
        runtime::Operation::new(
            #id, ::http::Method::#method, #path, runtime::Require::#require, &[#(#permissions),*]
        )#safe #produces
    }
}

/// The request builder, where there is one.
pub fn builder(plan: &Plan<'_>, planned: &OperationPlan<'_>) -> Option<TokenStream> {
    let name = ident(planned.builder.as_ref()?);
    let returns = owned(&planned.operation.returns);
    let setters = planned.optional().map(setter);
    let paging = paging::methods(plan, planned);
    let job = job::method(plan, planned);
    let mut doc = Doc::new();
    doc.markdown(&format!(
        "The request of {}: set what is optional, then await or send it.",
        code(&planned.operation.id)
    ));
    Some(quote! {
        #doc
        #[must_use = "a call is sent when it is awaited"]
        pub struct #name(pub(crate) runtime::Call<#returns>);
        runtime::request_builder!(#name, #returns);
        impl #name {
            #(#setters)*
            #paging
            #job
        }
    })
}

fn setter(plan: &ParameterPlan<'_>) -> TokenStream {
    let name = ident(&plan.name);
    let ty = argument::signature_type(plan);
    let put = argument::put(plan);
    let mut doc = Doc::new();
    let notes = notes(plan);
    doc.line(if notes.is_empty() {
        code(&plan.parameter.name)
    } else {
        notes
    });
    quote! {
        #doc
        #[inline]
        pub fn #name(self, #name: #ty) -> Self {
            Self(self.0.#put)
        }
    }
}
