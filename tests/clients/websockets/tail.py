"""tail.py URL COUNT: prints the frames of a live tail, one a line, until COUNT entries came; then says goodbye."""
import asyncio
import json
import sys

import websockets


async def tail(url, count):
    async with websockets.connect(url, ping_interval=1, ping_timeout=5) as socket:
        print("open", flush=True)
        while count > 0:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 20))
            count -= sum(len(s["values"]) for s in frame["streams"] or [])
            print(json.dumps(frame), flush=True)
    assert socket.close_code == 1000, socket.close_code


asyncio.run(tail(sys.argv[1], int(sys.argv[2])))
