//! Splits each generated `send` in two: `request` builds what would be sent, `send` sends it.
//!
//! The generator's `send` builds, sends and decodes in one function, which leaves a client that wants the bytes of
//! the answer no way in. Everything before `OperationInfo` builds the request.

use anyhow::{Context, bail};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ImplItem, ImplItemFn, Item, ItemMod, Pat, Stmt, parse_quote};

/// Adds `request` beside every `send` of the module `builder`.
pub(super) fn split(module: &mut ItemMod) -> anyhow::Result<()> {
    let Some((_, items)) = &mut module.content else {
        bail!("the generated module `builder` has no content");
    };
    for item in items {
        let Item::Impl(item) = item else { continue };
        let name = item.self_ty.to_token_stream().to_string();
        let send = item.items.iter_mut().find_map(|member| match member {
            ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
            _ => None,
        });
        let Some(send) = send else { continue };
        let request = request(send).with_context(|| format!("`send` of {name}"))?;
        item.items.push(ImplItem::Fn(request));
    }
    Ok(())
}

/// Takes what builds the request out of a `send`.
fn request(send: &mut ImplItemFn) -> anyhow::Result<ImplItemFn> {
    let statements = &mut send.block.stmts;
    let at = statements
        .iter()
        .position(|statement| binds(statement, "info"))
        .context("it has no `info`: does the generator send in another way?")?;
    let mut build: Vec<Stmt> = statements.drain(..at).collect();
    let operation_id = operation_id(statements.first())?;
    without_api_version(&mut build);
    send.block.stmts[0] = parse_quote! { let info = OperationInfo { operation_id }; };
    let head: Block = parse_quote! {{
        let client = self.client;
        let crate::OperationRequest { operation_id, mut request } = self.request()?;
    }};
    send.block.stmts.splice(0..0, head.stmts);
    let mut request: ImplItemFn = parse_quote! {
        /// The request that [`send`](Self::send) would send, built and not sent.
        pub fn request(
            self,
        ) -> Result<crate::OperationRequest, Error<::retm_types::ApiError>> {
            Ok(crate::OperationRequest { operation_id: #operation_id, request })
        }
    };
    request.block.stmts.splice(0..0, build);
    Ok(request)
}

/// Whether a statement is `let NAME` or `let mut NAME`.
fn binds(statement: &Stmt, name: &str) -> bool {
    matches!(statement, Stmt::Local(local)
        if matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name))
}

fn operation_id(info: Option<&Stmt>) -> anyhow::Result<Expr> {
    if let Some(Stmt::Local(local)) = info
        && let Some(init) = &local.init
        && let Expr::Struct(info) = &*init.expr
        && let Some(id) = info.fields.first()
    {
        return Ok(id.expr.clone());
    }
    bail!("`info` does not hold the operation's id")
}

/// Takes out the header `api-version`, which the generator adds and the API does not know.
fn without_api_version(build: &mut Vec<Stmt>) {
    struct NoHeaders;
    impl VisitMut for NoHeaders {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            if let Expr::MethodCall(call) = expr
                && call.method == "headers"
            {
                *expr = (*call.receiver).clone();
            }
        }
    }
    let appends = |statement: &Stmt| {
        let text = statement.to_token_stream().to_string();
        text.starts_with("header_map . append")
    };
    let is_api_version = |statement: &Stmt| {
        statement
            .to_token_stream()
            .to_string()
            .contains("\"api-version\"")
    };
    let others = build
        .iter()
        .any(|statement| appends(statement) && !is_api_version(statement));
    build.retain(|statement| !(appends(statement) && is_api_version(statement)));
    if !others {
        build.retain(|statement| !binds(statement, "header_map"));
        for statement in build {
            NoHeaders.visit_stmt_mut(statement);
        }
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{ItemMod, parse_quote};

    #[test]
    fn a_send_of_another_shape_is_refused() {
        let mut module: ItemMod = parse_quote! {
            mod builder {
                impl Ping { pub async fn send(self) -> u8 { 1 } }
            }
        };
        let error = super::split(&mut module).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "`send` of Ping: it has no `info`: does the generator send in another way?"
        );
    }

    #[test]
    fn other_headers_stay_and_api_version_goes() {
        let mut module: ItemMod = parse_quote! {
            mod builder {
                impl<'a> Ping<'a> {
                    pub async fn send(self) -> Result<(), Error<()>> {
                        let Self { client } = self;
                        let mut header_map = HeaderMap::with_capacity(2usize);
                        header_map.append("api-version", "2");
                        header_map.append("x-mine", mine);
                        let mut request = client.client.get(url).headers(header_map).build()?;
                        let info = OperationInfo { operation_id: "ping" };
                        client.pre(&mut request, &info).await?;
                    }
                }
            }
        };
        super::split(&mut module).unwrap();
        let text = module.to_token_stream().to_string();
        assert!(!text.contains("api-version"), "{text}");
        assert!(
            text.contains("x-mine") && text.contains("headers (header_map)"),
            "{text}"
        );
        assert!(text.contains("operation_id : \"ping\""), "{text}");
    }
}
