"""The board over the counter, for everybody."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from orders_service.entrypoints.rest.board_schemas import BoardJson, board_json
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.show_board_usecase import ShowBoard
from servicekit.http.auth import anyone
from servicekit.http.documentation import documented
from servicekit.http.stores import current_store


def board_blueprint(usecases: UseCases) -> Blueprint:
    """Numbers in preparation and ready."""
    blueprint = Blueprint("board", __name__)

    @blueprint.get("/board")
    @anyone
    @documented("The numbers on the board", answers={200: BoardJson})
    def board() -> ResponseReturnValue:
        return jsonify(board_json(usecases.show_board.execute(ShowBoard(current_store()))))

    return blueprint
