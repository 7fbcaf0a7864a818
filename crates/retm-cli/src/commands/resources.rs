//! From a command to the call of the client.

use super::Context;
use super::abandon::abandon;
use super::calls::{change, create};
use super::list::list;
use super::recover::recover;
use super::show::show;
use super::submit::submit;
use crate::args::{
    Command, ListCommand, ListCreateCommand, ListGetCommand, MenuCommand, OrderListArgs,
    OrdersCommand, ProductsCommand,
};
use crate::failure::Failure;

/// Runs a command that calls a resource.
pub(crate) async fn call(cx: &mut Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Orders(command) => orders(cx, command).await,
        Command::Products(command) => products(cx, command).await,
        Command::Categories(command) => categories(cx, command).await,
        Command::Groups(command) => groups(cx, command).await,
        Command::Menu(MenuCommand::Get) => show(cx, cx.business().await?.menu().get()).await,
        Command::Invoices(ListCommand::List(args)) => {
            list(cx, cx.business().await?.invoices().list(), &args).await
        }
        Command::Branches(ListCommand::List(args)) => {
            list(cx, cx.business().await?.branches().list(), &args).await
        }
        Command::Devices(ListCommand::List(args)) => {
            list(cx, cx.business().await?.devices().list(), &args).await
        }
        Command::PriceLists(ListCommand::List(args)) => {
            list(cx, cx.business().await?.price_lists().list(), &args).await
        }
        Command::Customers(ListCommand::List(args)) => {
            list(cx, cx.business().await?.customers().list(), &args).await
        }
        Command::OrderTypes(ListCreateCommand::List(args)) => {
            list(cx, cx.business().await?.order_types().list(), &args).await
        }
        Command::OrderTypes(ListCreateCommand::Create(args)) => {
            create(cx, "CreateOrderType", &args, |business, body| {
                business.order_types().create(body)
            })
            .await
        }
        Command::PaymentMethods(ListCreateCommand::List(args)) => {
            list(cx, cx.business().await?.payment_methods().list(), &args).await
        }
        Command::PaymentMethods(ListCreateCommand::Create(args)) => {
            create(cx, "CreatePaymentMethod", &args, |business, body| {
                business.payment_methods().create(body)
            })
            .await
        }
        Command::Charges(ListCreateCommand::List(args)) => {
            list(cx, cx.business().await?.charges().list(), &args).await
        }
        Command::Charges(ListCreateCommand::Create(args)) => {
            create(cx, "CreateCharge", &args, |business, body| {
                business.charges().create(body)
            })
            .await
        }
        Command::Taxes(ListCreateCommand::List(args)) => {
            list(cx, cx.business().await?.taxes().list(), &args).await
        }
        Command::Taxes(ListCreateCommand::Create(args)) => {
            create(cx, "CreateTax", &args, |business, body| {
                business.taxes().create(body)
            })
            .await
        }
        Command::Demo
        | Command::Sandbox(_)
        | Command::Auth(_)
        | Command::Store(_)
        | Command::Payload(_)
        | Command::Completions { .. } => Ok(()),
    }
}

async fn orders(cx: &mut Context, command: OrdersCommand) -> Result<(), Failure> {
    match command {
        OrdersCommand::List(args) => list_orders(cx, args).await,
        OrdersCommand::Create(args) => {
            create(cx, "CreateOrder", &args, |business, body| {
                business.orders().create(body)
            })
            .await
        }
        OrdersCommand::Submit(args) => submit(cx, args).await,
        OrdersCommand::Recover(args) => recover(cx, args).await,
        OrdersCommand::Abandon(args) => abandon(cx, args).await,
        OrdersCommand::Cancel(args) => {
            let mut request = cx.business().await?.orders().cancel(args.id);
            if let Some(reason) = args.reason {
                request = request.reason(reason);
            }
            change(cx, request).await
        }
        OrdersCommand::SetDeliveryStatus(args) => {
            let mut request = cx
                .business()
                .await?
                .orders()
                .set_delivery_status(args.id, args.status);
            if let Some(note) = args.note {
                request = request.note(note);
            }
            change(cx, request).await
        }
    }
}

async fn list_orders(cx: &mut Context, args: OrderListArgs) -> Result<(), Failure> {
    let mut orders = cx.business().await?.orders().list();
    if let Some(branch) = args.branch {
        orders = orders.branch(branch);
    }
    if let Some(status) = args.status {
        orders = orders.status(status);
    }
    if let Some(reference) = args.partner_reference {
        orders = orders.partner_reference(reference);
    }
    if let Some(from) = args.from {
        orders = orders.from(from);
    }
    if let Some(to) = args.to {
        orders = orders.to(to);
    }
    list(cx, orders, &args.list).await
}

async fn products(cx: &mut Context, command: ProductsCommand) -> Result<(), Failure> {
    let products = cx.business().await?.products();
    match command {
        ProductsCommand::List(args) => list(cx, products.list(), &args).await,
        ProductsCommand::SimpleList(args) => list(cx, products.simple_list(), &args).await,
        ProductsCommand::Get(args) => show(cx, products.get(args.id)).await,
    }
}

async fn categories(cx: &mut Context, command: ListGetCommand) -> Result<(), Failure> {
    let categories = cx.business().await?.categories();
    match command {
        ListGetCommand::List(args) => list(cx, categories.list(), &args).await,
        ListGetCommand::Get(args) => show(cx, categories.get(args.id)).await,
        ListGetCommand::Products(args) => list(cx, categories.products(args.id), &args.list).await,
    }
}

async fn groups(cx: &mut Context, command: ListGetCommand) -> Result<(), Failure> {
    let groups = cx.business().await?.groups();
    match command {
        ListGetCommand::List(args) => list(cx, groups.list(), &args).await,
        ListGetCommand::Get(args) => show(cx, groups.get(args.id)).await,
        ListGetCommand::Products(args) => list(cx, groups.products(args.id), &args.list).await,
    }
}
