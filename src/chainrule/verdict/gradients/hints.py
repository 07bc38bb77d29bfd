"""What to say to somebody who practises, for each kind of mistake: a nudge in the right direction,
then the rule. The number comes last. `{root}` stands for the name of the result."""

from __future__ import annotations

HINTS: dict[str, tuple[str, str]] = {
    "sign": (
        "The numbers are right, but not every sign is.",
        "Count the minus signs along each path: those of the local derivatives, and that of the "
        "gradient above. Two minus signs cancel out.",
    ),
    "above missing": (
        "You know how the next node changes. How does {root} change when that node does?",
        "Chain rule: multiply the local derivative by the gradient of the node above.",
    ),
    "local missing": (
        "You have the gradient of the node above. How does that node change when this one does?",
        "Chain rule: multiply the gradient above by the local derivative of the operation.",
    ),
    "missing path": (
        "Look at the graph again: how many edges leave this node towards {root}?",
        "Every path to {root} contributes. Add up the contributions of all of them.",
    ),
    "input for output": (
        "Look at the formula of the local derivative: which number belongs in it?",
        "Some derivatives are written in terms of the operation's result, others in terms of its "
        "operand. Take the one that the formula names.",
    ),
    "zero": (
        "Does {root} really stay the same when this node changes?",
        "A gradient is 0 only if the contributions of all paths are 0 or cancel out. Multiply the "
        "gradient above by the local derivative on each path, and add up.",
    ),
    "other operand": (
        "Which operand is this node, and which one did you differentiate with respect to?",
        "Hold the other operand fixed: for x * y, the derivative with respect to x is y.",
    ),
    "factor": (
        "You are close: one factor of the local derivative is wrong. Which one?",
        "A factor appears when a contribution is counted twice or a constant is lost, such as the "
        "2 in the derivative of x ** 2.",
    ),
    "common factor": (
        "Several gradients are off by the same factor. Where does it come from?",
        "A factor that several gradients share comes from above: look at what they have in common.",
    ),
    "doubled": (
        "How often does each edge that leaves this node count?",
        "Each use of a node contributes once: the local derivative times the gradient above.",
    ),
    "decimal point": (
        "The digits are right. Is the number of the right size?",
        "Check where the decimal point is.",
    ),
    "too coarse": (
        "You are on the right track, but the number is rounded too coarsely.",
        "Give at least three significant digits.",
    ),
    "squared": (
        "One of the factors occurs once too often.",
        "On each path, multiply the local derivative by the gradient above, each of them once.",
    ),
    "inverted": (
        "Both numbers are right. Should you multiply or divide them?",
        "Chain rule: multiply the local derivative by the gradient above; don't divide.",
    ),
    "swapped": (
        "The number is correct, but not here.",
        "Two nodes hold each other's gradient. For each of them, go up along its own edges.",
    ),
    "another node's": (
        "The number is correct, but for another node.",
        "Start at this node and follow its own edges towards {root}.",
    ),
    "own value": (
        "Does this say how large the node is, or how {root} changes with it?",
        "A gradient isn't the node's value. Multiply the gradient above by the local derivative.",
    ),
    "added": (
        "Both numbers are right. What does the chain rule do with them?",
        "Multiply the factors along each path; add only the contributions of different paths.",
    ),
    "other operation": (
        "Look up the derivative of this operation once more.",
        "Differentiate the operation with respect to its operand, write the formula down, and only "
        "then put in the numbers. What you used isn't its derivative.",
    ),
    "other": (
        "Look up the derivative of this operation once more.",
        "Write the local derivative as a formula first, then put in the numbers.",
    ),
    "follows": (
        "Nothing is wrong with this step. Look at the nodes above.",
        "The gradient above is wrong, and this one follows from it. Correct that one first.",
    ),
    "root": (
        "Nudge {root} by 0.1. By how much does {root} change? Divide that by the nudge.",
        "The derivative of anything with respect to itself is 1.",
    ),
    "history": (
        "Did this gradient hold something before the pass?",
        "backward() adds to what is there. Call zero_grad(L) before each pass.",
    ),
    "rule": (
        "Check the rule of the operation that uses this node.",
        "Its local derivative is wrong. Differentiate the operation again.",
    ),
    "several": (
        "The number alone doesn't tell which step went wrong. Write down each factor on its own.",
        "On each path, multiply the local derivative by the gradient above; then add up the paths.",
    ),
}
"""What is said of an unknown mistake is in ways.py."""
NUMBER = "The gradient is {expected}."
