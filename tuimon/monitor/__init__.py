"""The loop: take chunks, commit batches, read cells, ask statistics and alert rules, publish a snapshot. What a screen needs is `feed`."""
