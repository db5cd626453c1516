-- The names of the channels of a day that may have a crowd of them: voice (which measures speak of) and those with the most time keep
-- theirs, the rest is one channel.
arrayMap(p -> if(has(
    arraySlice(arrayReverseSort(
        p -> (known[p] = 'voice', arraySum(x -> if(bitAnd(bitShiftRight(x, 1), 65535) = 32768 + p,
            (1 - bitAnd(x, 1) * 2) * bitShiftRight(x, 20), 0), coded), -p),
        if(length(here) > {most_channels:UInt64}, here, [])), {most_channels:UInt64}) AS folded, p), {other:String}, known[p]), here)
