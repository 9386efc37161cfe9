"""Loyal customers hear first that something is back; everyone else two hours later, if some are left.

Two hours is what the shop promises its loyal customers. Change it here, and the words of the push with it.
"""

from engine.authoring import Journey, exit_on, exit_on_unsubscribe, hours, on, same_item, segment, stock, way, web_push

HEAD_START = hours(2)

journey = Journey("VIP early access")
journey.enter(on("Back in Stock"))
journey.branch(way("vip", segment("vip"), to="first"), id="who", otherwise="wait")

# The loyal
journey.message("early_push", "web_push", id="first", sent="done", not_sent="done")

# Everyone else
journey.delay(HEAD_START, id="wait")
journey.branch(way("in_stock", stock("at_least", 1)), id="left", otherwise="sold_out")
journey.message("back_push", "web_push", id="then")

journey.exit(id="done")
journey.exit("sold_out", id="sold_out")

journey.write(
    "early_push",
    web_push(
        title="{{ product.name }} is back, for you first",
        link="{{ product.url }}",
        body="Two hours before everyone else.",
        ttl=HEAD_START,
        urgency="high",
    ),
)
journey.write("back_push", web_push(title="{{ product.name }} is back", link="{{ product.url }}", ttl=hours(4)))

journey.settings(exits=[exit_on("Order Completed", where=same_item(), reason="purchased"), exit_on_unsubscribe()])
