"""Kill -9 at random instants: what was confirmed is stored once, every alarm goes out, in order, no draft is lost.

    python -m bench.crash [--conversations 200 --kills 100 --replicas 1,2 --engines sqlite,postgresql
                           --modes webhook,polling --seed 1]

Each user reports one suspected major hazard, over webhook or polling, with 30 % of the updates brought
again. Real processes of the bot are killed in the middle of updates, of sending, of ticks, of their own
start, and at any moment. In the end the database is compared with what people said and saw.
"""
