"""A push the moment it is back, and an e-mail to those who did not click within two hours, while some are left."""

from engine.authoring import Journey, email, exit_on, goal, hours, occurs, on, same_item, stock, way, web_push

journey = Journey("Push, then e-mail")
journey.enter(on("Back in Stock"))
journey.message("back_push", "web_push", id="push", not_sent="left")
journey.wait_until(occurs("Link Clicked", message="push"), timeout=hours(2), id="click", happened="done")
journey.branch(way("in_stock", stock("at_least", 1)), id="left", otherwise="sold_out")
journey.message("back_mail", "email", id="mail")
journey.exit(id="done")
journey.exit("sold_out", id="sold_out")

journey.write("back_push", web_push(title="{{ product.name }} is back", link="{{ product.url }}", ttl=hours(4)))
journey.write(
    "back_mail",
    email(
        subject="{{ product.name }} is back in stock",
        blocks=[
            {"type": "heading", "text": "{{ product.name }} is back in stock"},
            {"type": "text", "text": "You asked us to tell you. First come, first served."},
            {"type": "product_card", "button": "Buy now"},
        ],
    ),
)

BOUGHT = same_item()
journey.settings(
    goals=[goal("purchase", "Order Completed", where=BOUGHT)],
    exits=[exit_on("Back in Stock Cancelled", where=BOUGHT, reason="cancelled")],
)
