"""The same dialogue as an aiogram bot with its memory FSM, as its documentation shows it; nothing is durable.

`handle_in_background=False`: with the default, two messages that come quickly after each other may meet the same state.
Settings from the environment: PORT, API_BASE, SECRET.
"""

import asyncio
import os

import uvloop
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from benchmarks.rivals.words import ANSWERS, new_code

router = Router()
tickets: dict[str, dict[str, str]] = {}


class Report(StatesGroup):
    name = State()
    phone = State()
    address = State()
    request = State()
    confirm = State()


@router.message(CommandStart())
async def greet(message: Message, state: FSMContext) -> None:
    await state.set_state(Report.name)
    await message.answer(ANSWERS[0])


@router.message(Report.name, F.text)
async def take_name(message: Message, state: FSMContext) -> None:
    await state.update_data(name=message.text)
    await state.set_state(Report.phone)
    await message.answer(ANSWERS[1])


@router.message(Report.phone, F.text.regexp(r"^0\d{9}$"))
async def take_phone(message: Message, state: FSMContext) -> None:
    await state.update_data(phone=message.text)
    await state.set_state(Report.address)
    await message.answer(ANSWERS[2])


@router.message(Report.address, F.text)
async def take_address(message: Message, state: FSMContext) -> None:
    await state.update_data(address=message.text)
    await state.set_state(Report.request)
    await message.answer(ANSWERS[3])


@router.message(Report.request, F.text)
async def take_request(message: Message, state: FSMContext) -> None:
    draft = await state.update_data(request=message.text)
    await state.set_state(Report.confirm)
    await message.answer(ANSWERS[4].format(draft="\n".join(["", *draft.values()])))


@router.message(Report.confirm, F.text == "đúng")
async def open_ticket(message: Message, state: FSMContext) -> None:
    code = new_code()
    tickets[code] = await state.get_data()
    await state.clear()
    await message.answer(ANSWERS[5].format(code=code))


async def healthy(_: web.Request) -> web.Response:
    return web.Response()


async def main() -> None:
    api = TelegramAPIServer.from_base(os.environ["API_BASE"])
    bot = Bot("42:" + os.environ["SECRET"], session=AiohttpSession(api=api))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    app = web.Application()
    app.router.add_get("/healthz", healthy)
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=os.environ["SECRET"])
    handler.register(app, path="/hooks/telegram")
    setup_application(app, dispatcher, bot=bot)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(main())
